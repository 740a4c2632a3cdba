/** What computes a network: ONNX Runtime's execution providers that its Node package has or may be given. */
export const providers = ['cpu', 'webgpu', 'cuda'] as const;
export type Provider = (typeof providers)[number];

const howToGet: Readonly<Record<Exclude<Provider, 'cpu'>, string>> = {
  webgpu: 'it needs a graphics card and its Vulkan driver (libvulkan.so.1 and the vendor\'s part)',
  cuda: 'it needs an NVIDIA card, its driver, CUDA 12 and cuDNN 9, and the runtime\'s own part: ' +
    'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false',
};

/** A provider was asked for that cannot be used here. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly provider: Exclude<Provider, 'cpu'>;
  /** In the runtime's words, without where in its sources it says so. */
  readonly reason: string;

  constructor(provider: ProviderError['provider'], message: string) {
    const reason = reasonIn(message);
    super(`provider '${provider}' cannot be used here (${reason}); ${howToGet[provider]}. Choose 'cpu' to do without it.`);
    this.provider = provider;
    this.reason = reason;
  }
}

function reasonIn(message: string): string {
  return message.trim().split('\n')[0]!.replace(/^\/onnxruntime_src\S*:\d+ .*?(?=[A-Z][a-z]+ed )/, '');
}

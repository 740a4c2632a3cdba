/** What an exported model calls its input, its output and the number of images. */
export const modelInterface = { input: 'image', output: 'embedding', batch: 'N' } as const;

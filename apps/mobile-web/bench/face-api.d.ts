declare module '@vladmandic/face-api/dist/face-api.esm.js' {
  export const tf: { setWasmPaths(folder: string): void; env(): { set(name: string, value: boolean): void }; setBackend(name: string): Promise<boolean>; ready(): Promise<void>; getBackend(): string };
  export const nets: { readonly faceRecognitionNet: { loadFromUri(folder: string): Promise<void>; computeFaceDescriptor(input: HTMLCanvasElement): Promise<Float32Array> } };
}

export { keyOf, type EmbeddingsFile } from './embeddings-file.ts';
export { isEmbeddingsFile, readEmbeddingsFile, requireEmbeddingsFormat, writeEmbeddingsFile } from './formats.ts';
export { keyOfImage, rowsFor, type RowsForOptions } from './rows-for.ts';

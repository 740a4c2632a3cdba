export async function main(args: readonly string[]): Promise<number> {
  process.stderr.write(`facenet ${args.join(' ')}\n`);
  return await Promise.resolve(0);
}

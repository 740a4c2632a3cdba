import { describeModel, type ModelDescription } from '@facenet/architecture';
import { readBundleFolder } from '@facenet/model';

/** What a row costs to use; a wrapped foreign network does not say how many multiply-adds it takes. */
export interface RowCost {
  readonly parameters: number | null;
  /** For one image; the sum over the networks where there are several. */
  readonly multiplyAdds: number | null;
  readonly embedding: number;
  readonly input: string;
}

export function costOfNetwork({ parameters, multiplyAdds, embedding, input }: ModelDescription): RowCost {
  return { parameters, multiplyAdds, embedding, input: input.join('×') };
}

export async function costOfBundle(folder: string): Promise<RowCost> {
  const { manifest: { source, embedding, inputSize } } = await readBundleFolder(folder);
  if (source.kind === 'trained') return costOfNetwork(describeModel(source.spec));
  return { parameters: null, multiplyAdds: null, embedding: embedding.size, input: inputSize.join('×') };
}

/** Networks side by side. */
export function addCosts(costs: readonly RowCost[]): RowCost {
  const sum = (of: 'parameters' | 'multiplyAdds'): number | null => costs.reduce<number | null>(
    (total, cost) => (total === null || cost[of] === null ? null : total + cost[of]), 0,
  );
  return {
    parameters: sum('parameters'), multiplyAdds: sum('multiplyAdds'),
    embedding: costs.reduce((total, { embedding }) => total + embedding, 0),
    input: [...new Set(costs.map(({ input }) => input))].join(' + '),
  };
}

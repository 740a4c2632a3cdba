import { element, labelled, rateInWords, select } from '@facenet/page';
import type { App } from './app.ts';

/** The false-accept rate to decide by, of those that the collection's models know. */
export function createRateChoice(app: App): { readonly content: HTMLElement; readonly far: number | undefined; load(): Promise<void> } {
  const list = select([['', "the server's usual"]]);
  return {
    content: labelled('Strangers who may be taken for someone', list),
    get far() { return list.value === '' ? undefined : Number(list.value); },
    load: async () => {
      const answer = await app.attempt(() => undefined, () => app.session.client.models());
      const space = app.collection.value?.space_id;
      const model = answer?.models.find((each) => each.space_id === space && each.default) ?? answer?.models.find((each) => each.space_id === space);
      if (answer === undefined) return;
      const before = list.value;
      const rates = (model?.fars ?? []).map((far) => [String(far), rateInWords(far)] as const);
      list.replaceChildren(...[['', `${rateInWords(answer.default_far)} (usual)`] as const, ...rates.filter(([far]) => Number(far) !== answer.default_far)]
        .map(([value, text]) => element('option', { value }, text)));
      list.value = rates.some(([far]) => far === before) ? before : '';
    },
  };
}

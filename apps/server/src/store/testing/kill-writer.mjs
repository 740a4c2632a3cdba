// A process that is killed while it writes. It first checks what those before it were told is kept: the ledger, on its
// input; then it writes persons with three faces each, and says each id only after the store has acknowledged it.
import { readFileSync, writeSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
const { openStore } = await import('../open-store.ts');
const { place, collectionId } = JSON.parse(process.argv[2]);
const ledger = readFileSync(0, 'utf8').split('\n').filter(Boolean);

// A small threshold, so that an index is built and kept while the killing goes on.
const store = await openStore(place, { exactBelow: 300 });
const found = new Map();
for (let after; ;) {
  const page = await store.persons.list(collectionId, { limit: 500, after });
  for (const { id, faces } of page.items) found.set(id, faces);
  if (page.next === null) break;
  after = page.next;
}
const lost = ledger.filter((id) => !found.has(id));
const torn = [...found].filter(([, faces]) => faces !== 3);
let crops = 0;
for await (const page of store.faces.scan(collectionId, { pageSize: 500 })) {
  crops += page.filter(({ hasCrop, vector }) => hasCrop && vector.length === 64).length;
}
say({ checked: ledger.length, lost, torn, crops, persons: found.size });

for (let number = 0; ; number++) {
  const vector = () => Float32Array.from({ length: 64 }, (_, index) => Math.sin(number * 64 + index) / Math.sqrt(32));
  const person = await store.transaction(async () => {
    const made = await store.persons.create({ collectionId, name: `person ${number}`, externalId: null, metadata: {} });
    const face = () => ({
      collectionId, personId: made.id, photoId: null, modelId: 'model-a', box: null, quality: null, metadata: {}, vector: vector(), crop: new Uint8Array(3_000).fill(number),
    });
    await store.faces.add([face(), face()]);
    await store.faces.add([face()]);
    return made;
  });
  say({ kept: person.id });
}

// Unbuffered: a line that was written is in the pipe, whatever happens to this process.
function say(line) {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

import { createEmbedder } from '../dist/index.js';

const [a, b, verdict] = ['a', 'b', 'verdict'].map((id) => document.getElementById(id));
const embedder = createEmbedder({ model: '../model/', onProgress: ({ stage }) => { verdict.value = stage; } });
document.addEventListener('change', async () => {
  if (!a.files[0] || !b.files[0]) return;
  const shown = await (await embedder).verify(a.files[0], b.files[0]).catch((error) => error.message);
  verdict.value = shown.verdict ? `${shown.verdict}: distance ${shown.distance.toFixed(3)}, threshold ${shown.threshold.threshold.toFixed(3)}` : shown;
});
embedder.catch((error) => { verdict.value = error.message; });

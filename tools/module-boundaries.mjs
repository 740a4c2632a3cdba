/** Which project may import which. The lint rule and its own check both read this table. */
export const mayImport = {
  architecture: [],
  triplet: [],
  evaluation: [],
  face: [],
  export: ['architecture'],
  engine: ['architecture', 'export'],
  collective: [],
  files: [],
  detect: ['face', 'export'],
  photo: ['face', 'detect', 'engine'],
  contract: [],
  clusters: ['evaluation'],
  'gallery-file': ['contract'],
  model: ['face', 'export', 'engine', 'files'],
  trainer: ['architecture', 'triplet', 'evaluation', 'face', 'export', 'engine', 'collective', 'files', 'model', 'detect', 'photo'],
  server: ['architecture', 'evaluation', 'face', 'export', 'engine', 'files', 'model', 'detect', 'photo', 'contract', 'clusters', 'gallery-file'],
  page: [],
  console: ['contract', 'page'],
  web: ['face', 'export', 'detect'],
  'mobile-web': ['evaluation', 'face', 'export', 'detect', 'web', 'page', 'contract', 'clusters', 'gallery-file'],
  peers: ['export', 'detect'],
};

/**
 * What tests and fixtures of the browser's projects may import besides: a bundle is made and a photo is drawn with native code,
 * and what the browser computes is compared with what Node computes.
 */
export const testsMayImport = Object.fromEntries(['web', 'mobile-web'].map((project) => [project, ['architecture', 'engine', 'model', 'photo']]));

/** Projects without any platform: their sources are compiled with neither Node's nor the browser's types. */
export const pure = ['architecture', 'triplet', 'evaluation', 'face', 'export', 'detect', 'contract', 'clusters', 'gallery-file'];
/** Of these, those that use what both platforms have of the web, signals, text as bytes, WebCrypto: its types come with the browser's. */
export const withWebTypes = ['clusters', 'gallery-file'];

const folders = { trainer: 'apps/trainer', server: 'apps/server', console: 'apps/console', 'mobile-web': 'apps/mobile-web', peers: 'bench/peers' };
export const folderOf = (project) => folders[project] ?? `libs/${project}`;

const ruleOf = (table) => ['error', {
  allow: [],
  depConstraints: Object.entries(table).map(([project, targets]) => ({
    sourceTag: `scope:${project}`,
    onlyDependOnLibsWithTags: targets.map((target) => `scope:${target}`),
  })),
}];

export const boundaryRule = ruleOf(mayImport);
export const testBoundaryRule = ruleOf(Object.fromEntries(Object.entries(mayImport).map(([project, targets]) => [project, [...targets, ...testsMayImport[project] ?? []]])));
/** Whose tests they are. */
export const testFiles = Object.keys(testsMayImport).flatMap((project) => ['test', 'fixture', 'bench'].map((kind) => `${folderOf(project)}/**/*.${kind}.ts`));

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
  photo: ['face'],
  contract: [],
  model: ['face', 'export', 'engine', 'files'],
  trainer: ['architecture', 'triplet', 'evaluation', 'face', 'export', 'engine', 'collective', 'files', 'model', 'photo'],
  server: ['architecture', 'evaluation', 'face', 'export', 'engine', 'files', 'model', 'photo', 'contract'],
  console: ['contract'],
  peers: ['export'],
};

/** Projects without any platform: their sources are compiled with neither Node's nor the browser's types. */
export const pure = ['architecture', 'triplet', 'evaluation', 'face', 'export', 'contract'];

const folders = { trainer: 'apps/trainer', server: 'apps/server', console: 'apps/console', peers: 'bench/peers' };
export const folderOf = (project) => folders[project] ?? `libs/${project}`;

export const boundaryRule = ['error', {
  allow: [],
  depConstraints: Object.entries(mayImport).map(([project, targets]) => ({
    sourceTag: `scope:${project}`,
    onlyDependOnLibsWithTags: targets.map((target) => `scope:${target}`),
  })),
}];

import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Which project may import which: the table of docs/architecture.md, enforced. */
const mayImport = {
  architecture: [],
  triplet: [],
  evaluation: [],
  face: [],
  export: ['architecture'],
  engine: ['architecture', 'export'],
  trainer: ['architecture', 'triplet', 'evaluation', 'face', 'export', 'engine'],
};

export default tseslint.config(
  { ignores: ['**/dist', '**/coverage', '**/node_modules', '**/generated'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@nx/enforce-module-boundaries': ['error', {
        allow: [],
        depConstraints: Object.entries(mayImport).map(([project, targets]) => ({
          sourceTag: `scope:${project}`,
          onlyDependOnLibsWithTags: targets.map((target) => `scope:${target}`),
        })),
      }],
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);

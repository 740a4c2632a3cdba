import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { boundaryRule, testBoundaryRule, testFiles } from './tools/module-boundaries.mjs';

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
      '@nx/enforce-module-boundaries': boundaryRule,
    },
  },
  { files: testFiles, plugins: { '@nx': nx }, rules: { '@nx/enforce-module-boundaries': testBoundaryRule } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);

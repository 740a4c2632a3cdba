export { checkGradients, type GradientCheck, type GradientCheckOptions } from './finite-differences.ts';

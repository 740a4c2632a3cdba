export { EvaluationError, PairsError } from './errors.ts';
export { formatPairs, lfwFile, parsePairs, type ImageName, type Pair, type PairsFile } from './pairs.ts';
export { makePairs, mostPairsPerSet, type MakePairsOptions, type Person } from './make-pairs.ts';
export { resolvePairs, type PairList, type PairRows } from './resolve-pairs.ts';
export {
  contiguousFolds, parseCfpPairs, parseCsvPairs, parseVideoSplits, usualFolds, type CfpSource, type PathPairs,
} from './path-pairs.ts';
export { csvFields } from './csv-fields.ts';
export { videoDistances } from './video-pairs.ts';
export { type DistancePlace, type DistanceRows, dot, fillDistances, paddedRows } from './distance-kernel.ts';
export { checkEmbeddings, combineFlipped, pairDistances, type Embeddings } from './embeddings.ts';
export { foldAccuracy, type Accuracy, type FoldAccuracy } from './accuracy.ts';
export { falseAcceptBudget, refusalAtFar, thresholdAtFar, valAtFar, type SortedPairs, type ValAtFar } from './val-at-far.ts';
export { sortPairs, valOverFolds, type MeanVal } from './val-over-folds.ts';
export { allPairs, allPairsOfParts, countSamePairs, dividePeople, valOverParts, type AllPairs, type DistanceHistogram } from './all-pairs.ts';
export { thresholdsPerFar, usualFars } from './thresholds.ts';
export { areaUnderRoc, rocCurve, type RocPoint } from './roc.ts';
export { areaUnderRocOf, equalErrorRate, equalErrorRateOf, type EqualErrorRate, type Read } from './error-rates.ts';
export { bootstrapInterval, resample, usualResamples, type BootstrapOptions, type ResampledFigure } from './bootstrap.ts';
export { valInterval } from './bootstrap-val.ts';
export { crossModelTable, type CrossModelOptions, type CrossModelTable, type Estimated, type Rank1Cell, type ValCell } from './cross-model.ts';
export {
  answerQueries, closedSet, identifyClosedSet, type Answer, type ClosedSet, type Labelled,
} from './identification.ts';
export {
  identifyOpenSet, openSetAt, openSetCurve, openSetCurveOf, type OpenSet, type OpenSetCurve, type OpenSetPoint,
} from './identification-open-set.ts';
export { measureIdentification, type Identification, type IdentificationOptions } from './identification-protocol.ts';
export {
  averageLinkage, chineseWhispers, completeLinkage, dbscan, JoinedRows, kMeans, neighbourGraph, scoreClustering,
  type ClusteringScores, type GraphOptions, type KMeans, type KMeansOptions, type NeighbourGraph, type PrecisionRecall,
} from './clustering/index.ts';
export { meanInterval, wilsonInterval, type Interval } from './interval.ts';
export { measureAllPairs, listIntervals, type MeasuredPairs, type RateIntervals } from './people-intervals.ts';
export { measureGroups, type Attribute, type CountedShare, type GroupOptions, type GroupRow } from './groups.ts';

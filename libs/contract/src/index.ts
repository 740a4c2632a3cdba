export { endpoints, type EndpointName, type Endpoints } from './endpoints.ts';
export {
  endpoint, type BodyFor, type BodyOf, type Endpoint, type ParamsFor, type ParamsOf, type QueryFor, type QueryOf, type ResponseOf,
} from './endpoint.ts';
export { errorBody, type ErrorBody, type ErrorCode, type ErrorDetails, errors, messageOf } from './errors.ts';
export { ApiError, type CallArguments, type Client, type ClientOptions, createClient, eachItem } from './client.ts';
export { type Fetch, type Form, globalPlatform, type HttpRequest, type HttpResponse, type Platform } from './platform.ts';

export { type EmbeddingInput, id, image, type ImageInput, metadata, mostImages, pageOf, pageQuery, type RemovedCounts, text } from './schemas/common.ts';
export type { DetectedFace, FaceBody } from './schemas/face.ts';
export { face, failure } from './schemas/face.ts';
export type { MeasuredThresholdBody, ModelBody, PairThresholdsBody } from './schemas/server.ts';
export type { CompareRequest, CompareResponse, DetectRequest, DetectResponse, EmbeddingsRequest, EmbeddingsResponse } from './schemas/analysis.ts';
export { type CollectionBody, collectionParams, type CreateCollection, type CreatePerson, type PersonBody } from './schemas/gallery.ts';
export type {
  BulkEnrolRequest, BulkEnrolResponse, EnrolForPersonRequest, EnrolRequest, EnrolResponse, QualityGate, Rejected,
} from './schemas/enrolment.ts';
export type { BulkSearchRequest, BulkSearchResponse, Match, SearchRequestBody, SearchResponse, VerdictBody } from './schemas/search.ts';
export type { CreateKey, KeyBody, ScopeName } from './schemas/administration.ts';
export type { CreatePairing, PairingBody } from './schemas/pairing.ts';
export type { ClusterBody, StartClusters, SuggestionBody } from './schemas/clusters.ts';
export type { JobBody } from './schemas/jobs.ts';
export type { ByteSource, ImportGallery } from './schemas/portable.ts';

import { endpoint } from './endpoint.ts';
import * as administration from './schemas/administration.ts';
import * as analysis from './schemas/analysis.ts';
import * as clusters from './schemas/clusters.ts';
import { pageOf, pageQuery, removed } from './schemas/common.ts';
import * as enrolment from './schemas/enrolment.ts';
import { face } from './schemas/face.ts';
import * as gallery from './schemas/gallery.ts';
import * as jobs from './schemas/jobs.ts';
import * as pairing from './schemas/pairing.ts';
import * as portable from './schemas/portable.ts';
import * as search from './schemas/search.ts';
import * as server from './schemas/server.ts';

const { collectionParams, personParams, faceParams } = gallery;
const inCollection = '/v1/collections/:collection_id';

/** Every route of `/v1`. The server walks this table, and so does the client. */
export const endpoints = {
  health: endpoint({ method: 'GET', path: '/v1/health', tag: 'server', scope: 'public', status: 200, summary: 'The process is alive', response: server.health }),
  ready: endpoint({ method: 'GET', path: '/v1/ready', tag: 'server', scope: 'public', status: 200, summary: 'The model answers and the store can be written', response: server.ready }),
  status: endpoint({ method: 'GET', path: '/v1/status', tag: 'server', scope: 'read', status: 200, summary: 'Store, rows and queue', response: server.status }),
  models: endpoint({ method: 'GET', path: '/v1/models', tag: 'models', scope: 'read', status: 200, summary: 'Models that are loaded', response: server.models }),
  thresholds: endpoint({ method: 'GET', path: '/v1/models/thresholds', tag: 'models', scope: 'read', status: 200, summary: 'Thresholds of pairs of models, and what they were measured on', response: server.thresholds }),
  setDefaultModel: endpoint({ method: 'PUT', path: '/v1/models/default', tag: 'models', scope: 'admin', status: 200, summary: 'New vectors are made by this model from now on', body: server.setDefaultModel, response: server.model }),
  loadModel: endpoint({ method: 'POST', path: '/v1/models', tag: 'models', scope: 'admin', status: 201, summary: 'Load a bundle beside the others', body: server.loadModel, response: server.model }),
  unloadModel: endpoint({ method: 'DELETE', path: '/v1/models/:model_id', tag: 'models', scope: 'admin', status: 200, summary: 'Unload a model that is not the default', params: server.modelParams, response: server.unloadedModel }),

  detect: endpoint({ method: 'POST', path: '/v1/detect', tag: 'analysis', scope: 'read', status: 200, summary: 'Faces of a picture; none is an empty list', files: ['image'], body: analysis.detectRequest, response: analysis.detectResponse }),
  embeddings: endpoint({ method: 'POST', path: '/v1/embeddings', tag: 'analysis', scope: 'read', status: 200, summary: 'Vectors of the faces of one picture or of several', files: ['image', 'images'], body: analysis.embeddingsRequest, response: analysis.embeddingsResponse }),
  compare: endpoint({ method: 'POST', path: '/v1/compare', tag: 'analysis', scope: 'read', status: 200, summary: 'Whether two pictures or embeddings are of one person', files: ['source', 'target'], body: analysis.compareRequest, response: analysis.compareResponse }),

  createCollection: endpoint({ method: 'POST', path: '/v1/collections', tag: 'collections', scope: 'admin', status: 201, idempotent: true, summary: 'A new collection', body: gallery.createCollection, response: gallery.collection }),
  listCollections: endpoint({ method: 'GET', path: '/v1/collections', tag: 'collections', scope: 'read', status: 200, summary: 'Collections that the key may touch', query: pageQuery, response: pageOf(gallery.collection) }),
  getCollection: endpoint({ method: 'GET', path: inCollection, tag: 'collections', scope: 'read', status: 200, summary: 'A collection with its counts', params: collectionParams, response: gallery.collectionWithCounts }),
  updateCollection: endpoint({ method: 'PATCH', path: inCollection, tag: 'collections', scope: 'admin', status: 200, idempotent: true, summary: 'Change name, metadata or whether crops are kept', params: collectionParams, body: gallery.updateCollection, response: gallery.collection }),
  deleteCollection: endpoint({ method: 'DELETE', path: inCollection, tag: 'collections', scope: 'admin', status: 200, idempotent: true, summary: 'Remove a collection with everyone in it', params: collectionParams, response: removed }),

  createPerson: endpoint({ method: 'POST', path: `${inCollection}/persons`, tag: 'persons', scope: 'enrol', status: 201, idempotent: true, summary: 'A person without a face yet', params: collectionParams, body: gallery.createPerson, response: gallery.person }),
  listPersons: endpoint({ method: 'GET', path: `${inCollection}/persons`, tag: 'persons', scope: 'read', status: 200, summary: 'Persons, or those of a name', params: collectionParams, query: gallery.listPersonsQuery, response: pageOf(gallery.listedPerson) }),
  getPerson: endpoint({ method: 'GET', path: `${inCollection}/persons/:person_id`, tag: 'persons', scope: 'read', status: 200, summary: 'A person', params: personParams, response: gallery.person }),
  updatePerson: endpoint({ method: 'PATCH', path: `${inCollection}/persons/:person_id`, tag: 'persons', scope: 'enrol', status: 200, idempotent: true, summary: 'Change name, external id or metadata', params: personParams, body: gallery.updatePerson, response: gallery.person }),
  deletePerson: endpoint({ method: 'DELETE', path: `${inCollection}/persons/:person_id`, tag: 'persons', scope: 'enrol', status: 200, idempotent: true, summary: 'Remove a person with all faces', params: personParams, response: removed }),
  listPersonFaces: endpoint({ method: 'GET', path: `${inCollection}/persons/:person_id/faces`, tag: 'persons', scope: 'read', status: 200, summary: "A person's faces", params: personParams, query: pageQuery, response: pageOf(face) }),
  enrolForPerson: endpoint({ method: 'POST', path: `${inCollection}/persons/:person_id/faces`, tag: 'persons', scope: 'enrol', status: 201, idempotent: true, summary: 'Enrol faces of a person', files: ['image', 'images'], params: personParams, body: enrolment.enrolForPersonRequest, response: enrolment.enrolResponse }),

  enrol: endpoint({ method: 'POST', path: `${inCollection}/faces`, tag: 'faces', scope: 'enrol', status: 201, idempotent: true, summary: 'Enrol from pictures or embeddings, for a person named by id, external id or name, or for nobody yet', files: ['image', 'images'], params: collectionParams, body: enrolment.enrolRequest, response: enrolment.enrolResponse }),
  bulkEnrol: endpoint({ method: 'POST', path: `${inCollection}/faces/bulk`, tag: 'faces', scope: 'enrol', status: 201, idempotent: true, summary: 'Enrol faces of many people', files: ['images'], params: collectionParams, body: enrolment.bulkEnrolRequest, response: enrolment.bulkEnrolResponse }),
  listFaces: endpoint({ method: 'GET', path: `${inCollection}/faces`, tag: 'faces', scope: 'read', status: 200, summary: 'Faces, of all, of a person or of nobody', params: collectionParams, query: gallery.listFacesQuery, response: pageOf(face) }),
  getFace: endpoint({ method: 'GET', path: `${inCollection}/faces/:face_id`, tag: 'faces', scope: 'read', status: 200, summary: 'A face', params: faceParams, response: face }),
  assignFaces: endpoint({ method: 'POST', path: `${inCollection}/faces/assign`, tag: 'faces', scope: 'enrol', status: 200, idempotent: true, summary: 'Say whose faces they are, or that they are nobody’s', params: collectionParams, body: gallery.assignFaces, response: gallery.changed }),
  deleteFace: endpoint({ method: 'DELETE', path: `${inCollection}/faces/:face_id`, tag: 'faces', scope: 'enrol', status: 200, idempotent: true, summary: 'Remove a face', params: faceParams, response: removed }),
  deleteFaces: endpoint({ method: 'POST', path: `${inCollection}/faces/delete`, tag: 'faces', scope: 'enrol', status: 200, idempotent: true, summary: 'Remove several faces', params: collectionParams, body: gallery.deleteFaces, response: removed }),

  search: endpoint({ method: 'POST', path: `${inCollection}/search`, tag: 'search', scope: 'read', status: 200, summary: 'Who it is: match, ambiguous or unknown', files: ['image'], params: collectionParams, body: search.searchRequest, response: search.searchResponse }),
  bulkSearch: endpoint({ method: 'POST', path: `${inCollection}/search/bulk`, tag: 'search', scope: 'read', status: 200, summary: 'Who they are: every face of several pictures, or several embeddings', files: ['images'], params: collectionParams, body: search.bulkSearchRequest, response: search.bulkSearchResponse }),

  startClusters: endpoint({ method: 'POST', path: `${inCollection}/clusters`, tag: 'clusters', scope: 'enrol', status: 202, idempotent: true, summary: 'Group the faces that nobody has named: a job', params: collectionParams, body: clusters.startClusters, response: jobs.job }),
  listClusters: endpoint({ method: 'GET', path: `${inCollection}/clusters`, tag: 'clusters', scope: 'read', status: 200, summary: 'Clusters of the last run, and what was changed since', params: collectionParams, query: pageQuery, response: pageOf(clusters.cluster) }),
  mergeClusters: endpoint({ method: 'POST', path: `${inCollection}/clusters/merge`, tag: 'clusters', scope: 'enrol', status: 200, idempotent: true, summary: 'Several clusters are one person', params: collectionParams, body: clusters.mergeClusters, response: clusters.clusters }),
  splitCluster: endpoint({ method: 'POST', path: `${inCollection}/clusters/split`, tag: 'clusters', scope: 'enrol', status: 200, idempotent: true, summary: 'Some faces of a cluster are another person', params: collectionParams, body: clusters.splitCluster, response: clusters.clusters }),
  undoClusterEdit: endpoint({ method: 'POST', path: `${inCollection}/clusters/undo`, tag: 'clusters', scope: 'enrol', status: 200, idempotent: true, summary: 'Take back the last edit of clusters', params: collectionParams, response: clusters.undoneEdit }),
  nameCluster: endpoint({ method: 'POST', path: `${inCollection}/clusters/:cluster_id/name`, tag: 'clusters', scope: 'enrol', status: 200, idempotent: true, summary: 'Say who a cluster is', params: clusters.clusterParams, body: clusters.nameCluster, response: clusters.namedCluster }),
  listSuggestions: endpoint({ method: 'GET', path: `${inCollection}/suggestions`, tag: 'clusters', scope: 'read', status: 200, summary: '“Same person?”: pairs of clusters and persons, the nearest first', params: collectionParams, query: clusters.suggestionsQuery, response: clusters.suggestions }),
  answerSuggestion: endpoint({ method: 'POST', path: `${inCollection}/suggestions/answer`, tag: 'clusters', scope: 'enrol', status: 200, idempotent: true, summary: 'The same person, or two', params: collectionParams, body: clusters.answerSuggestion, response: clusters.answeredSuggestion }),

  migrate: endpoint({ method: 'POST', path: `${inCollection}/migrate`, tag: 'jobs', scope: 'admin', status: 202, idempotent: true, summary: 'Embed the kept crops again by another model of the space: a job', params: collectionParams, body: jobs.migrate, response: jobs.job }),
  getJob: endpoint({ method: 'GET', path: '/v1/jobs/:job_id', tag: 'jobs', scope: 'read', status: 200, summary: 'How far a job is', params: jobs.jobParams, response: jobs.job }),
  cancelJob: endpoint({ method: 'POST', path: '/v1/jobs/:job_id/cancel', tag: 'jobs', scope: 'enrol', status: 200, idempotent: true, summary: 'Stop a job; what it did stays', params: jobs.jobParams, response: jobs.job }),

  importGallery: endpoint({ method: 'POST', path: '/v1/collections/import', tag: 'collections', scope: 'admin', status: 201, idempotent: true, summary: 'A new collection from an exported file: all of it or nothing', files: ['file'], largeFiles: true, body: portable.importGallery, response: portable.importedGallery }),

  createKey: endpoint({ method: 'POST', path: '/v1/keys', tag: 'administration', scope: 'admin', status: 201, summary: 'A new API key; its secret is shown this once', body: administration.createKey, response: administration.createdKey }),
  listKeys: endpoint({ method: 'GET', path: '/v1/keys', tag: 'administration', scope: 'admin', status: 200, summary: 'API keys, without their secrets', response: administration.keys }),
  deleteKey: endpoint({ method: 'DELETE', path: '/v1/keys/:key_id', tag: 'administration', scope: 'admin', status: 200, summary: 'Revoke an API key', params: administration.keyParams, response: administration.removedKeys }),
  createPairing: endpoint({ method: 'POST', path: '/v1/pairings', tag: 'administration', scope: 'admin', status: 201, summary: 'A code that a phone exchanges once for a key of its own, as a link and a QR code', body: pairing.createPairing, response: pairing.createdPairing }),
  listPairings: endpoint({ method: 'GET', path: '/v1/pairings', tag: 'administration', scope: 'admin', status: 200, summary: 'Pairings whose codes can still be exchanged', response: pairing.pairings }),
  cancelPairing: endpoint({ method: 'DELETE', path: '/v1/pairings/:pairing_id', tag: 'administration', scope: 'admin', status: 200, summary: 'Make a code worthless', params: pairing.pairingParams, response: pairing.cancelledPairings }),
  exchangePairing: endpoint({ method: 'POST', path: '/v1/pairings/exchange', tag: 'administration', scope: 'public', status: 201, attemptsPerMinute: 10, summary: 'A key for a pairing code, once', body: pairing.exchangePairing, response: pairing.exchangedPairing }),
  listAudit: endpoint({ method: 'GET', path: '/v1/audit', tag: 'administration', scope: 'admin', status: 200, summary: 'Enrolments, searches and deletions: ids and counts', query: administration.auditQuery, response: pageOf(administration.auditEntry) }),
} as const;

export type EndpointName = keyof typeof endpoints;
export type Endpoints = typeof endpoints;

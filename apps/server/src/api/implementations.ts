import type { EndpointName, Endpoints } from '@facenet/contract';
import { detect, embed } from '../services/analysis.ts';
import * as edits from '../services/cluster-edits.ts';
import { listClusters } from '../services/clusters.ts';
import * as collections from '../services/collections.ts';
import { compare } from '../services/comparison.ts';
import { enrol, enrolMany } from '../services/enrolment.ts';
import * as faces from '../services/faces.ts';
import { importGallery } from '../services/gallery-import.ts';
import * as jobs from '../services/jobs.ts';
import * as keys from '../services/keys.ts';
import { loadModel, unloadModel } from '../services/model-loading.ts';
import * as pairings from '../services/pairings.ts';
import * as persons from '../services/persons.ts';
import { search, searchMany } from '../services/recognition.ts';
import * as state from '../services/server-state.ts';
import { answerSuggestion, listSuggestions } from '../services/suggestions.ts';
import type { AppParts } from './app-parts.ts';
import { filenameOf } from './form.ts';
import type { Implementation } from './implement.ts';

/** What answers each endpoint of the contract; the compiler shows the missing one. */
export type Implementations = { readonly [N in EndpointName]: Implementation<Endpoints[N]> };

export function createImplementations(parts: AppParts): Implementations {
  const ready = state.createReadiness(parts);
  const afterwards = (): void => { parts.jobs?.wake(); };
  return {
    health: { read: () => ({ status: 'ok', version: parts.settings.version }) },
    ready: { read: () => ready() },
    status: { read: () => state.readStatus(parts) },
    models: { read: () => state.listModels(parts) },
    thresholds: { read: () => state.listThresholds(parts) },
    setDefaultModel: { read: ({ call, body }) => state.setDefaultModel(parts, call, body.model_id) },

    loadModel: { read: ({ call, body }) => loadModel(parts, call, body.folder) },
    unloadModel: { read: ({ call, params }) => unloadModel(parts, call, params.model_id) },

    detect: { read: ({ body }) => detect(parts, body) },
    embeddings: { read: ({ call, body }) => embed(parts, call, body) },
    compare: { read: ({ call, body }) => compare(parts, call, body) },

    createCollection: { write: ({ call, body }) => collections.createCollection(parts, call, body) },
    listCollections: { read: ({ call, query }) => collections.listCollections(parts, call, query) },
    getCollection: { read: ({ params }) => collections.getCollection(parts, params.collection_id) },
    updateCollection: { write: ({ params, body }) => collections.updateCollection(params.collection_id, body) },
    deleteCollection: { write: ({ call, params }) => collections.deleteCollection(call, params.collection_id) },

    createPerson: { write: ({ params, body }) => persons.createPerson(params.collection_id, body) },
    listPersons: { read: ({ params, query }) => persons.listPersons(parts, params.collection_id, query) },
    getPerson: { read: ({ params }) => persons.getPerson(parts, params) },
    updatePerson: { write: ({ params, body }) => persons.updatePerson(params, body) },
    deletePerson: { write: ({ call, params }) => persons.deletePerson(call, params) },
    listPersonFaces: { read: ({ params, query }) => persons.listPersonFaces(parts, params, query) },
    enrolForPerson: {
      write: async ({ call, params, body }) => {
        await persons.requirePerson(parts.store, params);
        return enrol(parts, call, params.collection_id, { ...body, person_id: params.person_id }, filenameOf);
      },
    },

    enrol: { write: ({ call, params, body }) => enrol(parts, call, params.collection_id, body, filenameOf) },
    bulkEnrol: { write: ({ call, params, body }) => enrolMany(parts, call, params.collection_id, body, filenameOf) },
    listFaces: { read: ({ params, query }) => faces.listFaces(parts, params.collection_id, query) },
    getFace: { read: ({ params }) => faces.getFace(parts, params) },
    assignFaces: { write: ({ call, params, body }) => faces.assignFaces(call, params.collection_id, body) },
    deleteFace: { write: ({ call, params }) => faces.deleteFaces(call, params.collection_id, [params.face_id]) },
    deleteFaces: { write: ({ call, params, body }) => faces.deleteFaces(call, params.collection_id, body.face_ids) },

    search: { read: ({ call, params, body }) => search(parts, call, params.collection_id, body) },
    bulkSearch: { read: ({ call, params, body }) => searchMany(parts, call, params.collection_id, body) },

    startClusters: { write: ({ call, params, body }) => jobs.startClusters(parts, call, params.collection_id, body), afterwards },
    listClusters: { read: ({ params, query }) => listClusters(parts, params.collection_id, query) },
    mergeClusters: { write: ({ call, params, body }) => edits.mergeClusters(call, params.collection_id, body.cluster_ids) },
    splitCluster: { write: ({ call, params, body }) => edits.splitCluster(call, params.collection_id, body.cluster_id, body.face_ids) },
    undoClusterEdit: { write: ({ call, params }) => edits.undoEdit(call, params.collection_id) },
    nameCluster: { write: ({ call, params, body }) => edits.nameCluster(call, params, body) },
    listSuggestions: { read: ({ call, params, query }) => listSuggestions(parts, call, params.collection_id, query) },
    answerSuggestion: { write: ({ call, params, body }) => answerSuggestion(call, params.collection_id, body) },

    migrate: { write: ({ call, params, body }) => jobs.migrate(parts, call, params.collection_id, body.model), afterwards },
    getJob: { read: ({ call, params }) => jobs.getJob(parts, call, params.job_id) },
    cancelJob: { write: ({ call, params }) => jobs.cancelJob(call, params.job_id) },

    importGallery: { write: ({ call, body }) => importGallery(parts, call, body) },

    createKey: { write: ({ call, body }) => keys.createKey(call, body) },
    listKeys: { read: ({ call }) => keys.listKeys(parts, call) },
    deleteKey: { write: ({ call, params }) => keys.deleteKey(call, params.key_id) },
    createPairing: { write: ({ call, body }) => pairings.createPairing(parts, call, body) },
    listPairings: { read: ({ call }) => pairings.listPairings(parts, call) },
    cancelPairing: { write: ({ call, params }) => pairings.cancelPairing(call, params.pairing_id) },
    exchangePairing: { write: ({ call, body }) => pairings.exchangePairing(call, body.code) },
    listAudit: { read: ({ call, query }) => state.listAudit(parts, call, query) },
  };
}

/** Apart from what opens them, so that the command line knows them without loading that. */
export const protocolNames = ['all-pairs', 'lfw', 'bin', 'csv', 'cfp-fp', 'cfp-ff', 'ytf'] as const;

export type ProtocolName = (typeof protocolNames)[number];

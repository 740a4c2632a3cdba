/** Lies beside the crops that `dataset align` made: how they were made, which guards the going on, and what has none. */
export const recordName = 'align.json';

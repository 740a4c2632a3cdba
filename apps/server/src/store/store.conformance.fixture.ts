import { describeGallery } from './conformance/gallery.fixture.ts';
import type { Harness } from './conformance/harness.fixture.ts';
import { describeMigrations } from './conformance/migrations.fixture.ts';
import { describePairings } from './conformance/pairings.fixture.ts';
import { describeSearch } from './conformance/search.fixture.ts';
import { describeVectorFormats } from './conformance/vector-formats.fixture.ts';
import { describeWork } from './conformance/work.fixture.ts';

/** What every store does, whichever database is below it. */
export function describeStore(harness: Harness): void {
  describeGallery(harness);
  describeSearch(harness);
  describeVectorFormats(harness);
  describeWork(harness);
  describePairings(harness);
  describeMigrations(harness);
}

// Promises 2 and 5 on the log itself: per theatre the seqs are 1, 2, 3, … with one content each,
// the chain of hashes holds, each revision has one id, and the bytes are those of a clean fold of
// the same records, written by other code than the service's.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest, hashSha256Hex } from '@tocsin/contracts/json/digest'
import { engineVersion } from '@tocsin/contracts/record/records'
import { EvidenceByAlert } from '@tocsin/domain/evidence/known-evidence'
import { topics } from '@tocsin/event-log/topics'
import { ToldReaders } from '../../../packages/domain/test/told-readers.ts'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { foldCorrected } from './corrected-time.ts'
import { recordsOf, theatresOf } from './theatre-records.ts'

export function checkAlerts(world: World, disk: StoreReader): void {
  for (const theatre of theatresOf(disk)) {
    const published = disk.of(topics.alerts, theatre)
    checkSeqs(world, theatre, 'alerts', published)
    checkSeqs(world, theatre, 'assembly', disk.of(topics.assembly, theatre))
    checkRevisions(world, theatre, published)
    const { texts, silent, hasMoreToSay } = foldCleanly(theatre, disk)
    checkBytes(world, theatre, published, texts)
    if (silent !== null)
      world.violate('only what changed is told', `${theatre}: seq ${silent} tells nobody anything`)
    // What waits for one more record is no ending to compare.
    if (hasMoreToSay)
      world.violate(
        'all is told in the end',
        `${theatre}: an event of an alert waits for another record`
      )
  }
}

function checkSeqs(world: World, theatre: string, log: string, entries: readonly Entry[]): void {
  const seqs = entries.map(({ record }) => (record?.data as { seq?: number } | undefined)?.seq)
  const wrong = seqs.findIndex((seq, i) => seq !== i + 1)
  if (wrong >= 0)
    world.violate(
      '5 once',
      `${theatre}: record ${wrong + 1} of ${log} has seq ${seqs[wrong]}, the ones before it ${seqs.slice(Math.max(0, wrong - 3), wrong)}`
    )
}

function checkRevisions(world: World, theatre: string, entries: readonly Entry[]): void {
  const ids = new Map<string, string>()
  for (const { id, record } of entries) {
    const data = record?.data as { alertId: string; revision?: number }
    const revision = `${data.alertId} ${data.revision ?? `action at ${id}`}`
    const known = ids.get(revision)
    if (known !== undefined)
      world.violate('5 once', `${theatre}: revision ${revision} stands under ${known} and ${id}`)
    ids.set(revision, id)
  }
}

function checkBytes(
  world: World,
  theatre: string,
  published: readonly Entry[],
  clean: readonly string[]
): void {
  const wrong = Math.max(published.length, clean.length)
  for (let i = 0; i < wrong; i++) {
    if (published[i]?.text === clean[i]) continue
    const detail = `${theatre}: alert record ${i + 1} of ${published.length} differs from that of a clean fold, which has ${clean.length}`
    world.violate(
      '2 repeatable',
      `${detail}\n    log   ${published[i]?.text}\n    clean ${clean[i]}`
    )
    return
  }
}

/** The alert records that the theatre's records produce, folded at once. */
function foldCleanly(theatre: string, disk: StoreReader) {
  const texts: string[] = []
  const evidence = new EvidenceByAlert()
  const readers = new ToldReaders()
  let silent: number | null = null
  let previoushash = '0'.repeat(64)
  const fold = foldCorrected(theatre, recordsOf(theatre, disk), (record, output) => {
    for (const event of output.alerts) {
      if (readers.hearsNothingNew(event)) silent ??= event.data.seq
      const { type, data } = evidence.record(event)
      const text = toCanonicalJson({
        specversion: '1.0',
        datacontenttype: 'application/json',
        id: digest('alert', theatre, String(data.seq)),
        source: '/tocsin/rules',
        type: `tocsin.${type}.v${'evidenceChanges' in data ? 2 : 1}`,
        time: record.time,
        cause: record.id,
        engine: engineVersion,
        theatre,
        previoushash,
        data
      })
      previoushash = hashSha256Hex(text)
      texts.push(text)
    }
  })
  return { texts, silent, hasMoreToSay: fold.alerts.hasMoreToSay }
}

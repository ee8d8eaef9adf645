// What the console asks of imports: a dry run of a file, and its reports sent as lines.

import type { ImportKinds, ImportTried } from '../shown/answers.ts'
import { type Answer, ask } from './answers.ts'

/** A file of ten thousand rows is judged in seconds, ms. */
const triedMs = 120_000
/** Backfill waits while the rules are behind, ms. */
const sentMs = 120_000

/** Packed where that makes it smaller: the suite unpacks it by its first bytes. */
async function packed(file: Blob): Promise<Blob> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  // gzip, zstd, and the archive that a workbook is.
  if (['1f8b', '28b5', '504b'].includes([...head.slice(0, 2)].map(hex).join(''))) return file
  return new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob()
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0')

export const imports = {
  kinds: () => ask<ImportKinds>('/v1/imports'),
  tryFile: async (
    file: Blob,
    query: Readonly<Record<string, string>>
  ): Promise<Answer<ImportTried>> =>
    ask(`/v1/imports/dry-run?${new URLSearchParams(query)}`, {
      method: 'POST',
      content: { type: 'application/octet-stream', body: await packed(file) },
      withinMs: triedMs
    }),
  /** Withdrawing a report again has no effect. */
  withdraw: ({ reportId, reason }: ImportTried['toWithdraw'][number]) =>
    ask<unknown>(`/v1/reports/${reportId}?lane=backfill`, {
      method: 'DELETE',
      body: { reason },
      withinMs: sentMs
    }),
  /** Sending them again has no effect. */
  send: (reports: readonly object[]): Promise<Answer<readonly unknown[]>> =>
    ask('/v1/reports?lane=backfill', {
      method: 'POST',
      content: {
        type: 'application/x-ndjson',
        body: new Blob(reports.map(report => `${JSON.stringify(report)}\n`))
      },
      read: text =>
        text
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as unknown),
      withinMs: sentMs
    })
}

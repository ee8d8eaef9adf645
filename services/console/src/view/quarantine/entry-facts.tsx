// What is said of an entry of the quarantine, in its row and on its page.

import type { QuarantineEntry } from '../../shown/answers.ts'
import { words } from '../../words/words.ts'
import { Facts, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

interface EntryProps {
  readonly entry: QuarantineEntry
}

export function titleOf({ topic, partition, position }: QuarantineEntry): string {
  return words.quarantine.entry(topic, partition, position)
}

export function SettledMark({ entry: { settled } }: EntryProps) {
  const told = words.quarantine
  return settled === null ? (
    <Mark level="warn" text={told.open} />
  ) : (
    <Mark level="good" text={told[settled.how]} />
  )
}

export function EntryFacts({ entry }: EntryProps) {
  const told = words.quarantine
  const { reason, bytes, truncated, engine, quarantinedAt, settled } = entry
  const reasons: Readonly<Record<string, string>> = told.reasons
  return (
    <Facts
      of={[
        [told.why, reasons[reason] ?? reason],
        [told.size, told.bytes(bytes, truncated)],
        [told.at, <Time key="at" at={quarantinedAt} />],
        [told.engine, engine],
        settled && [
          told.settled,
          <>
            <Time at={settled.at} /> <bdi>{told.by(settled.by)}</bdi>
          </>
        ],
        [told.report, settled?.reportId && <code>{settled.reportId}</code>]
      ]}
    />
  )
}

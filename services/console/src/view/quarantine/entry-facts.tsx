// What is said of an entry of the quarantine, in its row and on its page.

import type { QuarantineEntry } from '../../shown/answers.ts'
import { words } from '../../words/words.ts'
import { Fact, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

export function titleOf({ topic, partition, position }: QuarantineEntry): string {
  return words.quarantine.entry(topic, partition, position)
}

export function SettledMark({ entry: { settled } }: { readonly entry: QuarantineEntry }) {
  const told = words.quarantine
  return settled === null ? (
    <Mark level="warn" text={told.open} />
  ) : (
    <Mark level="good" text={told[settled.how]} />
  )
}

export function EntryFacts({ entry }: { readonly entry: QuarantineEntry }) {
  const told = words.quarantine
  const { reason, bytes, truncated, engine, quarantinedAt, settled } = entry
  return (
    <dl class="facts-row">
      <Fact name={told.why}>{told.reasons[reason] ?? reason}</Fact>
      <Fact name={told.size}>{told.bytes(bytes, truncated)}</Fact>
      <Fact name={told.at}>
        <Time at={quarantinedAt} />
      </Fact>
      <Fact name={told.engine}>{engine}</Fact>
      {settled === null ? null : (
        <Fact name={told.settled}>
          <Time at={settled.at} /> <bdi>{told.by(settled.by)}</bdi>
        </Fact>
      )}
      {settled === null || settled.reportId === null ? null : (
        <Fact name={told.report}>
          <code>{settled.reportId}</code>
        </Fact>
      )}
    </dl>
  )
}

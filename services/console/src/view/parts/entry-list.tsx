// The list of the quarantine, and what is said of an entry in its row and on its page.

import type { QuarantineEntry } from '../../shown/answers.ts'
import { openView } from '../../state/current-view.ts'
import { entries, shownState } from '../../state/quarantine.ts'
import { useResource } from '../../state/resource.ts'
import { words } from '../../words/words.ts'
import { Record, RecordList } from './record-list.tsx'
import { Facts, Mark } from './records.tsx'
import { Time } from './time.tsx'

export function EntryList() {
  const told = words.quarantine
  const { body } = useResource(entries, ['quarantine'])
  return (
    <RecordList<QuarantineEntry>
      of={entries}
      items={body === null ? null : entries.all.value}
      keyOf={({ id }) => id}
      label={words.views.names.quarantine}
      none={told.none[shownState.value]}
      older={told.older}
      draw={each => (
        <Record
          is={each.settled === null ? 'warn' : 'good'}
          title={formatTitle(each)}
          onOpen={() => openView('quarantine', each.id)}
          mark={<SettledMark entry={each} />}
        >
          <EntryFacts entry={each} />
        </Record>
      )}
    />
  )
}

interface EntryProps {
  readonly entry: QuarantineEntry
}

export function formatTitle({ topic, partition, position }: QuarantineEntry): string {
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

// The board as it was: the alerts that were open at an earlier time, each as it stood then.

import type { ShownAlert } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { boardAtMs, pastBoard } from '../../state/asked-reports.ts'
import { openAlert } from '../../state/current-view.ts'
import { useResource } from '../../state/resource.ts'
import { holderWords } from '../../words/alert-words.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, SeverityMark } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { InstantField } from '../parts/form.tsx'
import { Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

const askEveryMs = 5 * 60_000
const hours = [-24, -1, 1, 24] as const

const formatIso = (ms: number): string => new Date(ms).toISOString()

export function PastBoard() {
  const told = words.pastBoard
  const { body } = useResource(pastBoard, askEveryMs)
  return (
    <ViewPage title={words.views.names.board} lead={told.lead}>
      <TimeBar atMs={boardAtMs.value} />
      <p role="status">{told.at(timeWords(formatIso(boardAtMs.value)))}</p>
      <RecordList
        of={pastBoard}
        items={body === null ? null : pastBoard.all.value}
        keyOf={alert => alert.alertId}
        label={words.views.names.board}
        none={told.none}
        older={told.more}
        draw={alert => <PastAlert alert={alert} />}
      />
    </ViewPage>
  )
}

function TimeBar({ atMs }: { readonly atMs: number }) {
  const told = words.pastBoard
  const go = (ms: number) => setAddress({ at: formatIso(ms) })
  const take = (text: string) => {
    const ms = Date.parse(`${text}Z`)
    if (!Number.isNaN(ms)) go(ms)
  }
  return (
    <div class="line">
      {hours.map(count => (
        <Button key={count} onClick={() => go(atMs + count * 3_600_000)}>
          {told.hours(count)}
        </Button>
      ))}
      <InstantField label={told.time} ms={atMs} onTyped={take} />
    </div>
  )
}

function PastAlert({ alert }: { readonly alert: ShownAlert }) {
  return (
    <Record
      title={<AlertHeadline alert={alert} />}
      onOpen={() => openAlert(alert.alertId)}
      mark={<SeverityMark severity={alert.severity} />}
    >
      <p class="soft">
        {words.statuses[alert.status]} · <bdi>{holderWords(alert.operator)}</bdi>
      </p>
    </Record>
  )
}

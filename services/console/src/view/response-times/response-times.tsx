// How long it took from the beginning to the page and from there to answers, beside the targets, by
// severity, area, officer and subscriber, drawn and as a table.

import '../../style/response-times.css'
import {
  lastDays,
  measures,
  type TimesAsk,
  timesBy,
  timesPath
} from '../../records/response-times.ts'
import type { TimesBy, TimesRow } from '../../shown/answers.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { responseTimes, timesAsk } from '../../state/asked-reports.ts'
import { latestNow } from '../../state/console-state.ts'
import { useResource } from '../../state/resource.ts'
import { areaWords, countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { Failure } from '../parts/failure.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { TimePlot } from './time-plot.tsx'
import { TimesTable } from './times-table.tsx'

const askEveryMs = 30_000
const spans = [7, 30, 365]

export function ResponseTimesView() {
  const told = words.responseTimes
  const asked = timesAsk.value
  const { body, failure } = useResource(responseTimes, askEveryMs)
  const [detected, allInTime] = (['detected', 'allInTime'] as const).map(name =>
    (body?.items ?? []).reduce((sum, row) => sum + (row.drill ? 0 : row[name]), 0)
  ) as [number, number]
  const isAll = asked.from === null && asked.to === null
  return (
    <ViewPage title={words.views.names['response-times']} lead={told.lead}>
      <Asked asked={asked} />
      <Failure failure={failure} />
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : body.items.length === 0 ? (
        <p role="status">{isAll ? told.noneYet : told.none}</p>
      ) : (
        <>
          {detected === 0 || body.by === 'area' ? null : <p>{told.met(allInTime, detected)}</p>}
          <div class="time-plots">
            {measures
              .filter(what => what !== 'detection' || detected > 0)
              .map(what => (
                <TimePlot
                  key={what}
                  rows={body.items}
                  what={what}
                  targetS={body.targets[`${what}S`]}
                  nameOf={findName}
                />
              ))}
          </div>
          <TimesTable by={body.by} rows={body.items} nameOf={findName} />
          <p class="soft">
            {body.by === 'area'
              ? `${told.areasTwice} `
              : body.by === 'subscriber'
                ? `${told.toSubscribers} `
                : ''}
            {told.kept} {told.key}
          </p>
        </>
      )}
    </ViewPage>
  )
}

function change(members: Partial<TimesAsk>): void {
  const { by, from, to } = { ...timesAsk.peek(), ...members }
  setAddress({ by: by === timesBy[0] ? null : by, from, to })
}

function Asked({ asked }: { readonly asked: TimesAsk }) {
  const told = words.responseTimes
  return (
    <div class="buttons">
      <Choice
        label={told.by}
        value={asked.by}
        options={timesBy.map(by => [by, told.bys[by]])}
        onPick={by => change({ by: by as TimesBy })}
      />
      <fieldset class="buttons">
        <legend class="visually-hidden">{told.span}</legend>
        <Day label={told.from} value={asked.from} onPick={from => change({ from })} />
        <Day label={told.to} value={asked.to} onPick={to => change({ to })} />
        {spans.map(days => (
          <button key={days} type="button" onClick={() => change(lastDays(days, latestNow()))}>
            {told.lastDays(days)}
          </button>
        ))}
        <button type="button" onClick={() => change({ from: null, to: null })}>
          {told.all}
        </button>
      </fieldset>
      <a href={timesPath(asked, 'csv')} download={`response-times-by-${asked.by}.csv`}>
        {told.csv}
      </a>
    </div>
  )
}

interface DayProps {
  readonly label: string
  readonly value: string | null
  readonly onPick: (day: string | null) => void
}

function Day({ label, value, onPick }: DayProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="date"
        value={value ?? ''}
        onChange={event =>
          onPick(event.currentTarget.value === '' ? null : event.currentTarget.value)
        }
      />
    </label>
  )
}

/** What a row is about, by name. */
function findName({ severity, area, officer, subscriber, subscriptionId }: TimesRow): string {
  const told = words.responseTimes
  // Subscriptions of one key have its name.
  if (subscriptionId !== undefined)
    return subscriber == null ? subscriptionId : `${subscriber} …${subscriptionId.slice(-4)}`
  if (severity !== undefined)
    return severities.includes(severity as Severity)
      ? words.severities[severity as Severity]
      : severity
  if (area !== undefined)
    return area === null
      ? words.queueWork.noArea
      : area.includes('-')
        ? areaWords(area)
        : countryWords(area)
  return officer ?? told.nobody
}

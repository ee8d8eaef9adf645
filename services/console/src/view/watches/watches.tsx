// Rosters: who is on when and whom alerts go to; handed over, changed and deleted here. The shifts of
// one as a calendar of a week with its gaps, who is on shift, the escalation steps, and the hours of
// each officer.

import '../../style/roster.css'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { watches as asks } from '../../http/requests.ts'
import {
  computeMonday,
  formatCalendar,
  isOver,
  makeDraftKey,
  type RosterCell,
  rosterWeek,
  type ShiftOf,
  watchStanding,
  weekDays
} from '../../records/roster.ts'
import type { Shift, Watch } from '../../shown/answers.ts'
import { mayUse, nowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import {
  beginForm,
  newWatch,
  openForm,
  watches,
  watchForm,
  withdrawing
} from '../../state/watches.ts'
import { dayWords, durationWords, timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/button.tsx'
import { CommandButton, Outcome, useOpener } from '../parts/form.tsx'
import { BackButton, Facts, Narrative, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { listLines, WatchFacts, WatchMark, watchLevels } from './watch-facts.tsx'
import { NewWatch, WatchForm } from './watch-forms.tsx'

async function load(): Promise<void> {
  await Promise.all([watches.load(), mayUse('subscriptions:manage') ? subscriptions.load() : null])
}

export function Watches() {
  const told = words.watches
  useAsking(load, ['watches', 'subscriptions'])
  const chosen = currentItem.value
  const { body } = watches.state.value
  if (chosen === 'new' && mayUse('subscriptions:manage')) return <NewWatch />
  const held = body?.items.find(({ id }) => id === chosen)
  if (held !== undefined) return <OneWatch key={held.id} held={held} />
  return (
    <ViewPage title={words.views.names.watches} lead={told.lead}>
      {mayUse('subscriptions:manage') ? (
        <p class="line">
          <Button class="primary" onClick={() => openItem('new')}>
            {told.create}
          </Button>
          <Outcome state={withdrawing.state.value} />
        </p>
      ) : null}
      {chosen !== null && chosen !== 'new' && body !== null ? (
        <p role="alert">{told.gone}</p>
      ) : null}
      <RecordList
        of={watches}
        items={body?.items ?? null}
        keyOf={({ id }) => id}
        label={words.views.names.watches}
        none={told.none}
        draw={each => (
          <Record
            is={watchLevels[watchStanding(each, nowMs.value)]}
            title={each.name}
            onOpen={() => openItem(each.id)}
            mark={<WatchMark held={each} />}
          >
            <WatchFacts held={each} />
          </Record>
        )}
      />
    </ViewPage>
  )
}

async function withdraw({ id, version }: Watch): Promise<void> {
  const done = await withdrawing.send(
    () => asks.withdraw(id, version),
    () => words.watches.withdrawn
  )
  if (done === null) return
  await watches.load()
  // Who went on elsewhere meanwhile stays there.
  if (currentItem.peek() === id) openItem(null)
}

function OneWatch({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { id, name, mayChange } = held
  const draft = watchForm.typed.value
  const isOpen = openForm.value === makeDraftKey(draft) && draft.seen?.id === id
  const open = isOpen ? draft.kind : null
  const handOver = useOpener(open === 'hand-over')
  const change = useOpener(open === 'change')
  return (
    <ViewPage title={name}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <Outcome state={newWatch.state.value} />
      <div class="line">
        <WatchMark held={held} />
        {open === 'hand-over' || !(mayUse('alerts:operate') || mayChange) ? null : (
          <button
            type="button"
            class="primary"
            ref={handOver}
            onClick={() => beginForm('hand-over', held)}
          >
            {told.handOver}
          </button>
        )}
        {open === 'change' || !mayChange ? null : (
          <button type="button" ref={change} onClick={() => beginForm('change', held)}>
            {told.change}
          </button>
        )}
        {mayChange ? (
          <CommandButton
            by={withdrawing}
            words={[told.withdraw, told.withdrawAsk, words.views.deleteIt]}
            onYes={() => void withdraw(held)}
          />
        ) : null}
        {isOpen ? null : <Outcome state={watchForm.state.value} />}
      </div>
      {isOpen && (open === 'hand-over' || mayChange) ? <WatchForm held={held} /> : null}
      <Roster held={held} />
    </ViewPage>
  )
}

const dayMs = 86_400_000
const formatIso = (ms: number) => new Date(ms).toISOString()
const findClock = (ms: number) => formatIso(ms).slice(11, 16)
/** `Mon 24` */
const dayName = (ms: number) =>
  new Intl.DateTimeFormat(words.language, { weekday: 'short', day: 'numeric', timeZone: 'UTC' })
    .formatToParts(ms)
    .filter(({ type }) => type !== 'literal')
    .toSorted((a, b) => (a.type < b.type ? 1 : -1))
    .map(({ value }) => value)
    .join(' ')
/** Colours distinguish officers, in addition to their names. */
const coloursMax = 4
/** Working hours of a week, as ILO convention 1 and the EU's directive have them. */
const hoursMax = 48

function Roster({ held }: { readonly held: Watch }) {
  const told = words.watches
  const [weeks, setWeeks] = useState(0)
  const now = nowMs.value
  const mondayMs = computeMonday(now) + weeks * weekDays * dayMs
  const { rows, gaps, hours } = rosterWeek(held.shifts, mondayMs, now)
  const [gap] = gaps
  const days = Array.from({ length: weekDays }, (_, n) => mondayMs + n * dayMs)
  const officers = hours.map(([officer]) => officer)
  const span = `${dayWords(formatIso(mondayMs))} – ${dayWords(formatIso(mondayMs + (weekDays - 1) * dayMs))}`
  const todayMs = Math.floor(now / dayMs) * dayMs
  const findClass = (dayStartMs: number) => (dayStartMs === todayMs ? 'today' : '')
  const calendar = encodeURIComponent(formatCalendar(held.id, held.name, held.shifts))
  return (
    <section class="roster gap-3" aria-label={words.views.names.watches}>
      <div class="line">
        <span class="soft">{span}, UTC</span>
        <Button onClick={() => setWeeks(weeks - 1)}>{words.views.weekBefore}</Button>
        <Button disabled={weeks === 0} onClick={() => setWeeks(0)}>
          {told.thisWeek}
        </Button>
        <Button onClick={() => setWeeks(weeks + 1)}>{words.views.weekAfter}</Button>
        {held.mayChange ? (
          <>
            <Opener kind="shift" held={held}>
              {told.addShift}
            </Opener>
            <Opener kind="rotation" held={held}>
              {told.rotate}
            </Opener>
          </>
        ) : null}
        <a download={`${held.name}.ics`} href={`data:text/calendar;charset=utf-8,${calendar}`}>
          {told.calendar}
        </a>
      </div>
      {gap === undefined ? null : (
        <p class="roster-gap line">
          <span aria-hidden="true">✕</span>{' '}
          <span>
            <b>{told.gap(timeWords(formatIso(gap.fromMs)), timeWords(formatIso(gap.untilMs)))}</b>{' '}
            {told.gapMeans}
          </span>
          {held.mayChange ? (
            <Opener kind="shift" held={held} shift={{ gap }} class="push">
              {told.fillGap}
            </Opener>
          ) : null}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to. */}
      <section class="cal-box" tabIndex={0} aria-label={`${words.views.names.watches}: ${span}`}>
        <table class="cal">
          <thead>
            <tr>
              <th scope="col">{told.time}</th>
              {days.map(day => (
                <th key={day} scope="col" class={findClass(day)}>
                  {dayName(day)}
                  {day === todayMs ? ` · ${told.today}` : ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, days: cells }) => (
              <tr key={time}>
                <th scope="row">{time === '' ? told.long : time}</th>
                {cells.map((own, n) => (
                  <td key={days[n]} class={findClass(days[n] ?? 0)}>
                    {own.map(cell => (
                      <Cell
                        key={`${cell.fromMs} ${cell.officer}`}
                        cell={cell}
                        among={officers}
                        held={held}
                      />
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Agenda held={held} />
      <div class="three as-grid gap-3">
        <section class="record">
          <h3>{told.now}</h3>
          <WatchFacts held={held} />
        </section>
        <Steps held={held} />
        <section class="record">
          <h3>{told.hours}</h3>
          <Facts
            of={hours.map(([officer, count]) => [
              officer,
              <>
                {durationWords(Math.round(count * 3_600))}{' '}
                {count > hoursMax ? <b class="bad">{told.overHours}</b> : null}
              </>
            ])}
          />
        </section>
      </div>
      <details>
        <summary>{told.all(held.shifts.length)}</summary>
        <Shifts held={held} now={now} />
      </details>
    </section>
  )
}

interface CellProps {
  readonly cell: RosterCell
  readonly among: readonly string[]
  readonly held: Watch
}

function Cell({ cell: { officer, fromMs, untilMs, isNow, shift }, among, held }: CellProps) {
  const hours = durationWords(Math.round((untilMs - fromMs) / 1_000))
  if (officer === null)
    return (
      <div class="shift gap">
        <span aria-hidden="true">✕</span> {words.watches.gapOf(hours)}
      </div>
    )
  return (
    <div class={`shift of-${among.indexOf(officer) % coloursMax} ${isNow ? 'now' : ''}`}>
      {shift !== null && mayChangeShift(held, shift) ? (
        <ShiftButton held={held} shift={shift} />
      ) : (
        <bdi>{officer}</bdi>
      )}
      {isNow ? <span class="visually-hidden"> {words.watches.shiftMarks.on}</span> : null}
    </div>
  )
}

const mayChangeShift = (held: Watch, shift: Shift) => held.mayChange && !isOver(shift, nowMs.value)

interface OpenerProps {
  readonly kind: 'shift' | 'rotation'
  readonly held: Watch
  readonly shift?: ShiftOf
  readonly class?: string
  readonly children: ComponentChildren
}

/** Opens a form above the calendar, which has the focus until it is closed. */
function Opener({ kind, held, shift, class: name, children }: OpenerProps) {
  const { typed } = watchForm
  const was = shift?.was ?? null
  const opener = useOpener(
    openForm.value === makeDraftKey(typed.value) &&
      makeDraftKey({ ...typed.value, kind, was }) === openForm.value &&
      shift?.gap === undefined
  )
  const begin = () => {
    opener.current?.blur()
    beginForm(kind, held, shift)
  }
  return (
    <button type="button" ref={opener} class={name} onClick={begin}>
      {children}
    </button>
  )
}

/** The officer of a shift; opens its form. */
function ShiftButton({ held, shift }: { readonly held: Watch; readonly shift: Shift }) {
  return (
    <Opener kind="shift" held={held} shift={{ was: shift }} class="as-link">
      <bdi>{shift.officer}</bdi>
    </Opener>
  )
}

/** On a narrow screen, in place of the calendar. */
function Agenda({ held }: { readonly held: Watch }) {
  const told = words.watches
  const now = nowMs.value
  const ahead = held.shifts.filter(each => !isOver(each, now))
  return (
    <ul class="agenda gap-2">
      {ahead.length === 0 ? <li>{told.noShifts}</li> : null}
      {ahead.map(shift => (
        <li
          key={`${shift.from} ${shift.officer}`}
          class={`shift ${Date.parse(shift.from) <= now ? 'now' : ''}`}
        >
          {held.mayChange ? <ShiftButton held={held} shift={shift} /> : <bdi>{shift.officer}</bdi>}{' '}
          {told.span(timeWords(shift.from), findClock(Date.parse(shift.until)))}
        </li>
      ))}
    </ul>
  )
}

/** Who is notified of an alert during this shift. */
function Steps({ held }: { readonly held: Watch }) {
  const told = words.watches
  const [on] = held.onWatch
  return (
    <section class="record">
      <h3>{told.steps}</h3>
      {on === undefined || on.lines.length === 0 ? (
        <p>{told.noSteps}</p>
      ) : (
        <ul class="watch-lines">
          {on.lines.map(line => (
            <li key={line}>
              <Line line={line} held={held} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Line({ line, held }: { readonly line: string; readonly held: Watch }) {
  const { name = line, warning = null } = listLines(held).find(({ id }) => id === line) ?? {}
  return (
    <>
      <bdi>{name}</bdi>
      {warning === null ? null : <b class="bad">: {warning}</b>}
    </>
  )
}

/** Those that are on and to come first, then those that are over. */
function Shifts({ held, now }: { readonly held: Watch; readonly now: number }) {
  const told = words.watches
  const order = (shift: Shift) => (isOver(shift, now) ? 1 : 0)
  return (
    <ul class="records">
      {held.shifts
        .toSorted((a, b) => order(a) - order(b))
        .map(shift => {
          const state = isOver(shift, now) ? 'over' : Date.parse(shift.from) <= now ? 'on' : 'ahead'
          return (
            <li key={`${shift.from} ${shift.officer}`} class="record">
              <p>
                <b>
                  <bdi>{shift.officer}</bdi>
                </b>{' '}
                {told.span(timeWords(shift.from), timeWords(shift.until))} ·{' '}
                {told.shiftMarks[state]}
              </p>
              {shift.lines.map(line => (
                <p key={line} class="soft">
                  <Line line={line} held={held} />
                </p>
              ))}
              {shift.note === null ? null : <Narrative text={shift.note} label={told.note} />}
            </li>
          )
        })}
    </ul>
  )
}

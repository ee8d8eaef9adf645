// The bar above everything, in one line: name, views, what waits, sound, time, who is signed in, and
// lights: the link of this page, the pipeline of Tocsin, its sources, and reports in no theatre if
// there are any. Each is a shape and a word, never a colour alone.

import { useState } from 'preact/hooks'
import { overdueMs, type Pipeline, type SourcesStanding } from '../../live/standing.ts'
import { formatAddress, presetFilter } from '../../queue/queue-filter.ts'
import { inNoTheatre } from '../../records/incident.ts'
import { unstaffedAmong } from '../../records/roster.ts'
import { mayReport, type ViewName } from '../../shown/console-views.ts'
import { address, setAddress } from '../../state/address.ts'
import {
  caller,
  completeUpTo,
  filter,
  freshness,
  hasNoStream,
  heardAtMs,
  link,
  mayUse,
  nowMs,
  pipeline,
  sourcesStanding,
  theatres,
  unacknowledgedCount,
  unassignedCount
} from '../../state/console-state.ts'
import { currentView, openViews } from '../../state/current-view.ts'
import { hasTyped } from '../../state/forms.ts'
import { isNotLoaded, reportPath } from '../../state/language.ts'
import { signOut } from '../../state/live-link.ts'
import { useAsking } from '../../state/resource.ts'
import { watches } from '../../state/watches.ts'
import icon from '../../style/icon.svg'
import { type Language, languages } from '../../words/language/language.ts'
import { ageWords, timeWords, waitWords } from '../../words/time-words.ts'
import { timeFormat, words } from '../../words/words.ts'
import { isMapShown } from '../map/map-shown.tsx'
import { Button, Menu } from '../parts/basics.tsx'
import { AskFirst, Choice } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import type { Level } from '../parts/records.tsx'
import { ViewLink } from '../parts/view-page.tsx'
import { Face } from '../queue/queue.tsx'
import { showPalette } from './keys.tsx'
import { SoundControl } from './sound.tsx'

export const looks = ['auto', 'light', 'dark', 'wall'] as const

/** As the address says; the system's own if it says nothing. */
export function lookIn(query: URLSearchParams): (typeof looks)[number] {
  return looks.find(look => look === query.get('look')) ?? 'auto'
}

/** As its speakers call it. */
function nameLanguage(language: Language): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
}

export function TopBar() {
  return (
    <header class="top in-line stay">
      <h1 class="in-line gap-2 stay">
        <img src={icon} alt="" width="20" height="20" />{' '}
        <span class="product">{words.product}</span>
      </h1>
      <div class="views-room slim">
        <ViewSwitch />
      </div>
      <UnstaffedLink />
      <UnacknowledgedLink />
      <Lights />
      {mayUse('alerts:read') ? <SoundControl /> : null}
      <Clocks />
      <Who />
    </header>
  )
}

function Who() {
  const { top } = words
  const name = caller.value?.name ?? ''
  return (
    <Menu
      class="who"
      label={
        <>
          <Face name={name} isMine />
          <span class="visually-hidden">{top.signedInAs(name)}</span>
        </>
      }
    >
      {close => (
        <>
          <p class="name">
            <bdi>{top.signedInAs(name)}</bdi>
            {mayUse('alerts:operate') ? null : <span class="soft"> · {top.readOnly}</span>}
          </p>
          <Choice
            label={top.look}
            value={lookIn(address.value)}
            options={looks.map(look => [look, top.looks[look]])}
            onPick={look => setAddress({ look: look === 'auto' ? null : look })}
          />
          <Choice
            label={top.language}
            value={address.value.get('language') ?? ''}
            options={[
              ['', top.ofBrowser],
              ...languages.map(each => [each, nameLanguage(each)] as const)
            ]}
            onPick={language => setAddress({ language: language || null })}
          />
          {isNotLoaded.value ? <p role="alert">{top.languageNotLoaded}</p> : null}
          <Button
            aria-haspopup="dialog"
            onClick={() => {
              close()
              showPalette()
            }}
          >
            {words.help.open}{' '}
            <span class="key" aria-hidden="true">
              Ctrl K
            </span>
          </Button>
          <SignOut />
        </>
      )}
    </Menu>
  )
}

const dayInUtc = timeFormat({ timeZone: 'UTC', day: 'numeric', month: 'short' })
const here = timeFormat({ hour: '2-digit', minute: '2-digit' })
const inUtc = timeFormat({ timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })

/** If local time is UTC too, one clock is enough. */
const isElsewhere = () => new Date(nowMs.value).getTimezoneOffset() !== 0

/** A replayed theatre has its own clock, which its alerts use. */
function Clocks() {
  const replays = theatres.value.filter(({ clock, now }) => clock === 'replay' && now !== null)
  return (
    <div
      class="clocks gap-3 one-line"
      title={replays
        .map(({ id, now }) => words.time.replay(id, timeWords(now as string)))
        .join('\n')}
    >
      <time dateTime={new Date(nowMs.value).toISOString()}>
        <b>{inUtc(nowMs.value)}</b>{' '}
        <span class="day quiet">
          {words.top.utc} · {dayInUtc(nowMs.value)}
          {isElsewhere() ? ` · ${here(nowMs.value)} ${words.top.local}` : ''}
        </span>
      </time>
      {replays.map(({ id, now }) => (
        <span key={id} class="replay quiet">
          {words.time.replay(id, timeWords(now as string))}
        </span>
      ))}
    </div>
  )
}

function UnacknowledgedLink() {
  if (!mayUse('alerts:operate') || !openViews.value.includes('alerts')) return null
  const told = words.unacknowledged
  const { count, worst, oldestMs } = unacknowledgedCount.value
  return (
    <ViewLink
      to="alerts"
      members={{ ...formatAddress(presetFilter('unacknowledged', filter.value)), alert: null }}
      class={`unacknowledged-link stay one-line ${count === 0 || count === null ? 'is-none' : ''}`}
      title={told.title}
    >
      <b>{count === null ? told.unknown : told.count(count)}</b>
      {count === null || count === 0 ? null : (
        <span class="oldest">
          {' · '}
          <span class="long">{told.oldest} </span>
          {ageWords(oldestMs)}
        </span>
      )}
      {worst === null ? null : (
        <span class="visually-hidden">{told.worst(words.severities[worst])}</span>
      )}
    </ViewLink>
  )
}

function UnstaffedLink() {
  return openViews.value.includes('watches') && currentView.value !== 'watches' ? (
    <UnstaffedRosters />
  ) : null
}

function UnstaffedRosters() {
  useAsking(watches.load, ['watches'])
  const names = unstaffedAmong(watches.state.value.body?.items ?? [], nowMs.value)
  return (
    <span role="status">
      {names.length === 0 ? null : (
        <ViewLink to="watches" class="unstaffed-link fault-chip" title={names.join(', ')}>
          <span aria-hidden="true">▲</span>{' '}
          <span class="light-said">
            {words.views.unstaffed}
            <span class="visually-hidden">: {names.join(', ')}</span>
          </span>
        </ViewLink>
      )}
    </span>
  )
}

function SignOut() {
  const { top } = words
  const [isLeaving, setLeaving] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const leave = async () => {
    setLeaving(true)
    setFailed(!(await signOut()))
    setLeaving(false)
  }
  const label = hasFailed ? top.notSignedOut : top.signOut
  if (hasTyped())
    return (
      <AskFirst
        label={label}
        question={top.dropsTyped}
        yes={top.signOut}
        onYes={() => void leave()}
        disabled={isLeaving}
      />
    )
  return (
    <Button disabled={isLeaving} onClick={() => void leave()}>
      {label}
    </Button>
  )
}

/** Ages below this are not given in minutes, ms. */
const justNowMs = 60_000

interface Shown {
  readonly level: Level
  readonly text: string
  readonly more?: string
  /** In the bar, where there is room for little. */
  readonly short?: string
}

function linkLight(): Shown {
  const { lights } = words
  const { kind } = freshness.value
  if (kind === 'live') {
    const heard = hasNoStream.value ? null : heardAtMs.value
    const text = hasNoStream.value ? lights.linkAnswers : lights.linkLive
    if (heard === null) return { level: 'good', text }
    const said = [lights.linkHeard(waitWords(nowMs.value - heard)), ...completeWords()]
    return { level: 'good', text, more: said.join('; ') }
  }
  if (link.value.kind === 'ended') return { level: 'bad', text: lights.linkEnded }
  if (freshness.value.kind === 'stale' && freshness.value.isCatchingUp)
    return { level: 'warn', text: lights.linkCatchingUp }
  return kind === 'beginning'
    ? { level: 'unknown', text: lights.linkConnecting }
    : { level: 'bad', text: lights.linkLost }
}

function completeWords(): readonly string[] {
  if (completeUpTo.value === null) return []
  const { record, time } = completeUpTo.value
  const at = time === null ? '' : timeWords(time)
  return [words.lights.linkComplete(record.toLocaleString(words.language), at)]
}

function pipelineLight(state: Pipeline): Shown {
  const { lights } = words
  switch (state.kind) {
    case 'unknown':
      return { level: 'unknown', text: lights.pipelineUnknown }
    case 'hidden':
      return { level: 'unknown', text: lights.canaryHidden }
    case 'none':
      return { level: 'unknown', text: lights.canaryNone, more: lights.canaryNoneMore }
    case 'faults':
      return { level: 'bad', text: lights.pipelineFaults(state.names) }
    case 'behind':
      return {
        level: state.ageMs > overdueMs ? 'bad' : 'warn',
        text: lights.pipelineBehind(waitWords(state.ageMs)),
        more: lights.pipelineBehindMore
      }
    case 'overdue':
      return { level: 'bad', text: lights.canaryOverdue(ageWords(state.ageMs)) }
    case 'through':
      return {
        level: 'good',
        text: lights.canaryThrough(state.ageMs < justNowMs ? null : ageWords(state.ageMs)),
        more: lights.canaryThroughMore(waitWords(state.ageMs))
      }
    default:
      return state satisfies never
  }
}

function sourcesLight(state: SourcesStanding): Shown {
  const { lights } = words
  switch (state.kind) {
    case 'asking':
      return { level: 'unknown', text: lights.linkConnecting }
    case 'hidden':
      return { level: 'unknown', text: lights.sourcesHidden }
    case 'none':
      return { level: 'unknown', text: lights.sourcesNone }
    case 'unknown': {
      const age = state.atMs === null ? null : waitWords(nowMs.value - state.atMs)
      if (age === null || state.was === null)
        return { level: 'unknown', text: lights.pipelineUnknown }
      return {
        level: 'unknown',
        text: lights.sourcesWere(lights.sourcesLive(state.was.live, state.was.all), age)
      }
    }
    case 'heard': {
      const text = lights.sourcesLive(state.live, state.all)
      const said = [
        ...(state.silent.length === 0 ? [] : [lights.silentSources(state.silent)]),
        ...(state.unheard.length === 0 ? [] : [lights.unheardSources(state.unheard)])
      ]
      // One that was never heard here may report elsewhere, or what this key may not see.
      const level = state.silent.length > 0 ? 'warn' : state.live === 0 ? 'unknown' : 'good'
      const short = lights.silentCount(state.silent.length)
      return { level, text, short, ...(said.length === 0 ? {} : { more: said.join('; ') }) }
    }
    default:
      return state satisfies never
  }
}

interface LightProps extends Shown {
  readonly name: string
  /** Where a press on its text leads. */
  readonly view?: ViewName
  readonly members?: Readonly<Record<string, string>>
}

function Light({ name, level, text, more, view, members }: LightProps) {
  return (
    <li class={`light fine soft ${level}`}>
      <span class="light-mark" aria-hidden="true" />
      <span class="light-name strong">{name}</span>
      <span class="light-text">
        <span class="visually-hidden">{words.lights[level]}: </span>
        {view === undefined ? (
          text
        ) : (
          <ViewLink to={view} {...(members && { members })}>
            {text}
          </ViewLink>
        )}
        {more === undefined ? null : <span class="light-more">, {more}</span>}
      </span>
    </li>
  )
}

/** Reports in no theatre: only shown if there are any. */
function UnassignedLight() {
  const { lights } = words
  const count = unassignedCount.state.value.body?.lastWeek ?? 0
  if (count === 0) return null
  const shown = { text: lights.unassignedReports(count), more: lights.unassignedMore }
  const leads = { view: 'incidents', members: inNoTheatre } as const
  return <Light name={lights.unassigned} level="warn" {...shown} {...leads} />
}

/** The link and what is wrong; a press lists all that they say: a finger has no `title`. */
export function Lights() {
  const { lights } = words
  const told = [
    { name: lights.link, ...linkLight() },
    { name: lights.pipeline, ...pipelineLight(pipeline.value) },
    { name: words.views.names.sources, ...sourcesLight(sourcesStanding.value) }
  ]
  return (
    <Menu
      class="lights-room"
      label={
        <>
          <span class="visually-hidden">{lights.title}: </span>
          {told.map(({ name, level, text, short }, i) =>
            i > 0 && level !== 'warn' && level !== 'bad' ? null : (
              <span key={name} class={`light one-line fine soft ${level}`}>
                <span class="light-mark" aria-hidden="true" />
                <span class="light-said">{short ?? (i === 0 ? text : `${name}: ${text}`)}</span>
              </span>
            )
          )}
        </>
      }
    >
      <ul class="lights as-grid gap-2" aria-label={lights.title}>
        {told.map((each, i) => (
          <Light key={each.name} {...each} {...(i === 2 ? sourcesView() : {})} />
        ))}
        <UnassignedLight />
      </ul>
    </Menu>
  )
}

function sourcesView(): { readonly view?: ViewName } {
  return openViews.value.includes('sources') ? { view: 'sources' } : {}
}

const main: readonly ViewName[] = ['alerts', 'area', 'hand-over', 'watches', 'sources', 'rules']
/** What gives way first in a bar that is too narrow for all. */
const isLesser = (name: ViewName): boolean => main.indexOf(name) > 2

function NamedView({ name, class: kind }: { readonly name: ViewName; readonly class?: string }) {
  return (
    <ViewLink to={name} class={kind} aria-current={name === currentView.value ? 'page' : undefined}>
      {words.views.names[name]}
    </ViewLink>
  )
}

export function ViewSwitch() {
  const open = openViews.value
  const canReport = mayReport(caller.value?.scopes ?? [])
  if (open.length < 2 && !canReport) return null
  const current = currentView.value
  const isElsewhere = !main.includes(current)
  return (
    <nav class="views" aria-label={words.views.title}>
      {main
        .filter(name => open.includes(name))
        .map(name => (
          <NamedView key={name} name={name} {...(isLesser(name) ? { class: 'is-lesser' } : {})} />
        ))}
      <Menu
        class={`more-views slim ${isElsewhere ? 'is-current' : ''}`}
        label={
          <>
            {isElsewhere ? <span class="cut">{words.views.names[current]}</span> : ''}{' '}
            <Icon name="more" />
            <span class="visually-hidden">{words.views.more}</span>
          </>
        }
      >
        {open
          .filter(name => name !== 'alerts')
          .map(name => (
            // Views of the bar are listed here if the bar is too narrow.
            <NamedView
              key={name}
              name={name}
              {...(main.includes(name)
                ? { class: `in-bar ${isLesser(name) ? 'is-lesser' : ''}` }
                : {})}
            />
          ))}
        {canReport ? <a href={reportPath()}>{words.views.report}</a> : null}
      </Menu>
    </nav>
  )
}

export function FootSwitch() {
  const open = openViews.value
  const current = currentView.value
  if (!open.includes('alerts')) return null
  const isOnMap = current === 'alerts' && isMapShown.value
  const { views } = words
  const links = [
    ['alerts', { map: null, alert: null }, 'list', views.names.alerts, !isOnMap],
    ['alerts', { map: 'yes', alert: null }, 'map', views.map, isOnMap],
    ['hand-over', {}, 'sheet', views.shift, true]
  ] as const
  return (
    <nav class="foot-switch" aria-label={views.footTitle}>
      {links
        .filter(([name]) => open.includes(name))
        .map(([name, members, icon, label, isThis]) => (
          <ViewLink
            key={icon}
            to={name}
            members={members}
            aria-current={name === current && isThis ? 'page' : undefined}
          >
            <Icon name={icon} />
            {label}
          </ViewLink>
        ))}
      <Menu
        label={
          <>
            <Icon name="more" />
            {views.moreShort}
          </>
        }
      >
        {open
          .filter(name => name !== 'alerts' && name !== 'hand-over')
          .map(name => (
            <NamedView key={name} name={name} />
          ))}
        {mayReport(caller.value?.scopes ?? []) ? <a href={reportPath()}>{views.report}</a> : null}
      </Menu>
    </nav>
  )
}

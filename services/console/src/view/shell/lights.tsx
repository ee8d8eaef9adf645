// Lights: the link of this page, the pipeline of the suite, its sources, and reports in no theatre
// if there are any. Each is a shape and
// a word, never a colour alone.

import { overdueMs, type Pipeline, type SourcesStanding } from '../../live/standing.ts'
import { inNoTheatre } from '../../records/incident.ts'
import type { ViewName } from '../../shown/console-views.ts'
import {
  completeUpTo,
  freshness,
  hasNoStream,
  heardAtMs,
  link,
  nowMs,
  pipeline,
  sourcesStanding,
  unassignedCount
} from '../../state/console-state.ts'
import { openViews } from '../../state/current-view.ts'
import { ageWords, timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Menu } from '../parts/menu.tsx'
import type { Level } from '../parts/records.tsx'
import { ViewLink } from '../parts/view-page.tsx'

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
        return { level: 'unknown', text: lights.sourcesUnknown }
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

/**
 * In the bar the link, and what is wrong; all that they say in a list below, by a press: a finger
 * has no `title`.
 */
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
              <span key={name} class={`light fine soft ${level}`}>
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

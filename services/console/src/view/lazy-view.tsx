// Views other than the alerts: each is loaded when first opened, to keep the first load small.

import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ViewName } from '../shown/console-views.ts'
import { loadWords, type Part, words } from '../words/words.ts'
import { Button } from './parts/basics.tsx'
import { ViewPage } from './parts/view-page.tsx'

type LazyName = Exclude<ViewName, 'alerts'>

/** Of each its component and its texts, which are loaded together. */
const views: Readonly<Record<LazyName, readonly [() => Promise<ComponentType>, readonly Part[]]>> =
  {
    area: [async () => (await import('./incidents/area.tsx')).Area, ['area', 'alert', 'map']],
    incidents: [
      async () => (await import('./incidents/incidents.tsx')).Incidents,
      ['area', 'alert']
    ],
    'hand-over': [
      async () => (await import('./shift-report/shift-report.tsx')).ShiftReportView,
      ['shift-report', 'alert', 'silences']
    ],
    'response-times': [
      async () => (await import('./response-times/response-times.tsx')).ResponseTimesView,
      ['response-times']
    ],
    board: [async () => (await import('./past-board/past-board.tsx')).PastBoard, ['past-board']],
    digest: [async () => (await import('./digest/digest.tsx')).DigestView, ['digest']],
    sources: [async () => (await import('./sources/sources.tsx')).Sources, ['sources']],
    import: [async () => (await import('./import/import.tsx')).Import, ['import']],
    subscriptions: [
      async () => (await import('./subscriptions/subscriptions.tsx')).Subscriptions,
      ['subscriptions', 'alert']
    ],
    silences: [
      async () => (await import('./silences/silences.tsx')).Silences,
      ['silences', 'alert', 'subscriptions']
    ],
    watches: [
      async () => (await import('./watches/watches.tsx')).Watches,
      ['watches', 'alert', 'subscriptions']
    ],
    rules: [async () => (await import('./rules/rules.tsx')).Rules, ['rules', 'alert', 'map']]
  }

type Loaded = { readonly kind: 'view'; readonly View: ComponentType } | { readonly kind: 'failed' }

const loaded = signal<ReadonlyMap<LazyName, Loaded>>(new Map())

function tell(name: LazyName, state: Loaded): void {
  loaded.value = new Map(loaded.value).set(name, state)
}

async function load(name: LazyName): Promise<void> {
  try {
    const [view, parts] = views[name]
    const [View] = await Promise.all([view(), loadWords(...parts)])
    tell(name, { kind: 'view', View })
  } catch {
    // The link is down, or another version of the suite serves other files.
    tell(name, { kind: 'failed' })
  }
}

/** Whether the view can be shown now: its heading is there. */
export function isThere(name: ViewName): boolean {
  return name === 'alerts' || loaded.value.has(name)
}

export function LazyView({ name }: { readonly name: LazyName }) {
  const state = loaded.value.get(name)
  useEffect(() => {
    if (loaded.peek().get(name)?.kind !== 'view') void load(name)
  }, [name])
  if (state?.kind === 'view') return <state.View />
  if (state === undefined) return <p class="connecting">{words.views.loading}</p>
  return (
    <ViewPage title={words.views.names[name]}>
      <p role="alert">{words.views.failed}</p>
      <Button onClick={() => location.reload()}>{words.views.reload}</Button>
    </ViewPage>
  )
}

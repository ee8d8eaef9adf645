// Views beside the alerts: each is loaded when it is first opened, so that the first load stays
// small.

import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ViewName } from '../shown/console-views.ts'
import { words } from '../words/words.ts'
import { ViewPage } from './parts/view-page.tsx'

export type LazyName = Exclude<ViewName, 'alerts'>

const loaders: Readonly<Record<LazyName, () => Promise<ComponentType>>> = {
  'hand-over': async () => (await import('./shift-report/shift-report.tsx')).ShiftReportView,
  'response-times': async () =>
    (await import('./response-times/response-times.tsx')).ResponseTimesView,
  digest: async () => (await import('./digest/digest.tsx')).DigestView,
  sources: async () => (await import('./sources/sources.tsx')).Sources,
  unassigned: async () => (await import('./unassigned/unassigned.tsx')).Unassigned,
  subscriptions: async () => (await import('./subscriptions/subscriptions.tsx')).Subscriptions,
  silences: async () => (await import('./silences/silences.tsx')).Silences,
  watches: async () => (await import('./watches/watches.tsx')).Watches,
  rules: async () => (await import('./rules/rules.tsx')).Rules,
  keys: async () => (await import('./access/access.tsx')).Access,
  quarantine: async () => (await import('./quarantine/quarantine.tsx')).Quarantine,
  theatres: async () => (await import('./administration/theatres.tsx')).Theatres,
  audit: async () => (await import('./administration/audit.tsx')).Audit
}

type Loaded = { readonly kind: 'view'; readonly View: ComponentType } | { readonly kind: 'failed' }

const loaded = signal<ReadonlyMap<LazyName, Loaded>>(new Map())

function tell(name: LazyName, state: Loaded): void {
  loaded.value = new Map(loaded.value).set(name, state)
}

async function load(name: LazyName): Promise<void> {
  try {
    tell(name, { kind: 'view', View: await loaders[name]() })
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
      <button type="button" onClick={() => location.reload()}>
        {words.views.reload}
      </button>
    </ViewPage>
  )
}

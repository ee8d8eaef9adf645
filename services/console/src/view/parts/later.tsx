// What the list does without at first: loaded as one file once the list is there, or an alert or the
// palette is asked for. On a slow link the list comes first.

import { effect, signal } from '@preact/signals'
import { chosenId } from '../../state/console-state.ts'
import { isWhole } from '../../state/queue-state.ts'
import { palette } from '../../state/single-keys.ts'
import { loadWords, words } from '../../words/words.ts'

type LaterViews = typeof import('../later-views.tsx')

type Loaded =
  | { readonly kind: 'none' | 'loading' | 'failed' }
  | { readonly kind: 'there'; readonly views: LaterViews }

const later = signal<Loaded>({ kind: 'none' })

async function load(): Promise<void> {
  later.value = { kind: 'loading' }
  try {
    const [views] = await Promise.all([
      import('../later-views.tsx'),
      loadWords('alert', 'map', 'silences')
    ])
    later.value = { kind: 'there', views }
  } catch {
    // The link is down, or another version of Tocsin serves other files.
    later.value = { kind: 'failed' }
  }
}

effect(() => {
  const isAsked = chosenId.value !== null || palette.value !== null
  if ((isAsked || isWhole.value) && later.peek().kind === 'none') void load()
})

function Missing() {
  if (later.value.kind !== 'failed') return <p class="connecting">{words.views.loading}</p>
  return (
    <div class="connecting">
      <p role="alert">{words.views.failed}</p>
      <button type="button" onClick={() => location.reload()}>
        {words.views.reload}
      </button>
    </div>
  )
}

interface LaterProps {
  readonly name: Exclude<keyof LaterViews, 'Facets'>
  /** Whether somebody waits for it: that it is on its way, or could not come, is said. */
  readonly isAwaited?: boolean
}

export function Later({ name, isAwaited = false }: LaterProps) {
  const state = later.value
  if (state.kind !== 'there') return isAwaited ? <Missing /> : null
  const View = state.views[name]
  return <View />
}

export function LaterFacets({ onClose }: { readonly onClose: () => void }) {
  const state = later.value
  return state.kind === 'there' ? <state.views.Facets onClose={onClose} /> : <Missing />
}

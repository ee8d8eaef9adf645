// What the list does without at first, where it stands once it is loaded (load-later.ts): on a slow
// link the list comes first.

import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { words } from '../../words/words.ts'
import { Button } from './basics.tsx'

type LaterName = 'OpenAlert' | 'Overview' | 'Wall' | 'BulkBar' | 'Palette' | 'ViewForm' | 'Facets'
type LaterViews = Readonly<Record<LaterName, ComponentType<{ onClose: () => void }>>>

type Loaded =
  | { readonly kind: 'none' | 'loading' | 'failed' }
  | { readonly kind: 'there'; readonly views: LaterViews }

export const later = signal<Loaded>({ kind: 'none' })

function Missing() {
  if (later.value.kind !== 'failed') return <p class="connecting">{words.views.loading}</p>
  return (
    <div class="connecting">
      <p role="alert">{words.views.failed}</p>
      <Button onClick={() => location.reload()}>{words.views.reload}</Button>
    </div>
  )
}

interface LaterProps {
  readonly name: LaterName
  /** Somebody waits for the view: it says that it loads, or could not be loaded. */
  readonly isAwaited?: boolean
  /** Omitted: the view cannot be closed. */
  readonly onClose?: () => void
}

export function Later({ name, isAwaited = false, onClose = () => {} }: LaterProps) {
  const state = later.value
  if (state.kind !== 'there') return isAwaited ? <Missing /> : null
  const View = state.views[name]
  return <View onClose={onClose} />
}

// Opens an alert from wherever it is named.

import type { ComponentChildren } from 'preact'
import { openAlert } from '../../state/current-view.ts'

export function AlertLink({
  id,
  children
}: {
  readonly id: string
  readonly children: ComponentChildren
}) {
  return (
    <button type="button" class="as-link" onClick={() => openAlert(id)}>
      {children}
    </button>
  )
}

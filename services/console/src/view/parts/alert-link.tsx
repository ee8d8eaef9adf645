// Opens an alert from wherever it is named.

import type { ComponentChildren } from 'preact'
import type { ShownAlert } from '../../shown/shown-alert.ts'
import { openAlert } from '../../state/current-view.ts'
import { SeverityMark } from './severity.tsx'
import { AlertHeadline } from './suite-prose.tsx'

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

/** How grave it is, and its headline, which opens it. */
export function NamedAlert({ alert }: { readonly alert: ShownAlert }) {
  return (
    <>
      <SeverityMark severity={alert.severity} />{' '}
      <AlertLink id={alert.alertId}>
        <AlertHeadline alert={alert} />
      </AlertLink>
    </>
  )
}

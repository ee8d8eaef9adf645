// A link to a view of this page: an ordinary press is followed here, any other is the browser's.

import type { ComponentChildren } from 'preact'
import type { ViewName } from '../../shown/console-views.ts'
import { formatHref, openView } from '../../state/current-view.ts'

interface ViewLinkProps {
  readonly to: ViewName
  /** What else the address says. */
  readonly members?: Readonly<Record<string, string | null>>
  /** The way back leads past what is shown now. */
  readonly isInPlace?: boolean
  readonly class?: string | undefined
  readonly title?: string
  readonly 'aria-current'?: 'page' | 'true' | undefined
  readonly 'data-alert'?: string
  readonly children: ComponentChildren
}

export function ViewLink({ to, members = {}, isInPlace = false, ...attributes }: ViewLinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    openView(to, null, { members, push: !isInPlace })
  }
  return <a href={formatHref(to, members)} onClick={follow} {...attributes} />
}

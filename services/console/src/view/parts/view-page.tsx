// The frame of every view other than the alerts (a heading that takes the focus when the view is
// opened, and a scroller), and links to views: an ordinary press is followed here.

import type { ComponentChildren } from 'preact'
import type { ViewName } from '../../shown/console-views.ts'
import { formatHref, openView } from '../../state/current-view.ts'

export const viewTitleId = 'view-title'

interface ViewPageProps {
  readonly title: string
  readonly lead?: string
  readonly children: ComponentChildren
}

export function ViewPage({ title, lead, children }: ViewPageProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <section class="view" aria-labelledby={viewTitleId} tabIndex={0}>
      <div class="view-inner">
        <h2 id={viewTitleId} tabIndex={-1}>
          {title}
        </h2>
        {lead === undefined ? null : <p class="lead soft">{lead}</p>}
        {children}
      </div>
    </section>
  )
}

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

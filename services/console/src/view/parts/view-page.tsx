// The frame of every view other than the alerts: a heading that takes the focus when the view is
// opened, and a scroller.

import type { ComponentChildren } from 'preact'

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

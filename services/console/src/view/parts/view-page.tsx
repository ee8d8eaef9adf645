// The frame of every view other than the alerts (a heading that takes the focus when the view is opened,
// and a scroller), links to views, which an ordinary press follows here, and a button that copies one.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { copy } from '../../http/clipboard.ts'
import type { ViewName } from '../../shown/console-views.ts'
import { address } from '../../state/address.ts'
import { formatHref, openView } from '../../state/current-view.ts'
import { words } from '../../words/words.ts'
import { Button } from './basics.tsx'

export const viewTitleId = 'view-title'

interface ViewPageProps {
  readonly title: string
  readonly lead?: string
  readonly children: ComponentChildren
}

export function ViewPage({ title, lead, children }: ViewPageProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <section class="view scrolls" aria-labelledby={viewTitleId} tabIndex={0}>
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

interface CopyLinkProps {
  readonly linkOf: () => string
  readonly children: ComponentChildren
  readonly class: string
}

export function CopyLink({ linkOf, children, class: name }: CopyLinkProps) {
  const [told, setTold] = useState({ of: '', text: '' })
  // The result applies to the address at the time of the press.
  const now = address.value.toString()
  const press = async () => {
    // Emptied first: a screen reader does not announce an unchanged text.
    setTold({ of: now, text: '' })
    const { linkCopied: done, linkNotCopied: not } = words.views
    setTold({ of: now, text: await copy(linkOf(), { done, not }) })
  }
  return (
    <span class={name}>
      <Button onClick={press}>{children}</Button>{' '}
      <span class="soft" role="status">
        {told.of === now ? told.text : ''}
      </span>
    </span>
  )
}

/** Whether somebody writes or chooses in a field of the view. */
export function isTyping(): boolean {
  const fields = 'main :is(input:not([type=checkbox], [type=radio]), textarea, select)'
  return document.activeElement?.matches(fields) === true
}

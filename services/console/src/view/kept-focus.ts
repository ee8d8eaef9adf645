// Never loses the focus. When the focused element is removed or disabled, the part of the page
// around it gets the focus: a keyboard user continues there, not at the top of the page. Once the
// element is enabled again, it gets the focus back.

/** Elements that are read as one unit, and that react to no press. */
const parts = 'form, li, section, article, dialog, main'
/** A list of thousands of rows draws only those in view, and handles rows that leave it itself. */
const ownOrder = '.scroller'

interface Lost {
  readonly element: HTMLElement
  readonly around: readonly HTMLElement[]
}

function listAround(element: HTMLElement): readonly HTMLElement[] {
  const around: HTMLElement[] = []
  for (
    let part = element.parentElement?.closest<HTMLElement>(parts);
    part;
    part = part.parentElement?.closest<HTMLElement>(parts)
  )
    around.push(part)
  return around
}

function takesFocus(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility()
}

/** Whether no usable element has the focus. */
function isNowhere(): boolean {
  const { activeElement, body } = document
  return activeElement === null || activeElement === body || activeElement.matches(':disabled')
}

/** Begins to keep it; returns how to end that. */
export function keepFocus(): () => void {
  /** What had the focus last, unless somebody left it on purpose. */
  let last: Lost | null = null
  /** Which part took it instead. */
  let instead: HTMLElement | null = null
  let isAwaited = false

  const note = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === instead) return
    instead = null
    last =
      target.closest(ownOrder) === null ? { element: target, around: listAround(target) } : null
  }
  const leave = ({ target }: FocusEvent) => {
    // What goes loses the focus before it has gone: whether somebody left it is known later.
    queueMicrotask(() => {
      if (
        last?.element === target &&
        takesFocus(last.element) &&
        document.activeElement !== last.element
      )
        last = null
    })
  }
  const look = () => {
    isAwaited = false
    if (last === null || !(isNowhere() || document.activeElement === instead)) return
    if (takesFocus(last.element)) {
      last.element.focus({ preventScroll: true })
      return
    }
    if (document.activeElement === instead) return
    const part = last.around.find(takesFocus)
    if (part === undefined) return
    instead = part
    if (!part.hasAttribute('tabindex')) part.tabIndex = -1
    part.focus({ preventScroll: true })
  }
  const observer = new MutationObserver(() => {
    if (isAwaited || last === null) return
    isAwaited = true
    // After what the page itself does about it, which it does once it is drawn.
    requestAnimationFrame(() => setTimeout(look))
  })
  addEventListener('focusin', note)
  addEventListener('focusout', leave)
  observer.observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden', 'open']
  })
  return () => {
    removeEventListener('focusin', note)
    removeEventListener('focusout', leave)
    observer.disconnect()
  }
}

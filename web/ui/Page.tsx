/** A page: its title in the browser's tab and at the top, actions beside it, the content below. */
import type { ReactNode } from 'react'
import looks from './Page.module.css'

type PageProps = {
  /** Said in the tab and as the heading. */
  title: string
  /** Replaces the heading where the title is richer than text (an editable name, a month with arrows). */
  heading?: ReactNode
  /** Where this page lies: links before the heading. */
  trail?: ReactNode
  /** One line below the heading. */
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** `wide` uses the whole screen, `reading` keeps lines short, `full` gives all edges to the content (calendar, editor). */
  width?: 'wide' | 'reading' | 'full'
}

export function Page({ title, heading, trail, lead, actions, children, width = 'wide' }: PageProps) {
  return (
    <div className={`${looks.page} ${looks[width]}`}>
      <title>{`${title} · Floowe`}</title>
      <header className={looks.header}>
        <div className={looks.titles}>
          {trail && <nav className={looks.trail}>{trail}</nav>}
          {heading ?? <h1 className={looks.title}>{title}</h1>}
        </div>
        {actions && <div className={looks.actions}>{actions}</div>}
      </header>
      <div className={looks.body}>
        {lead && <p className={looks.lead}>{lead}</p>}
        {children}
      </div>
    </div>
  )
}

/** A part of a page with its own small heading and a hairline above. */
export function Section({
  title,
  lead,
  actions,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={looks.section}>
      <div className={looks.sectionHeader}>
        <div>
          <h2 className={looks.sectionTitle}>{title}</h2>
          {lead && <p className={looks.sectionLead}>{lead}</p>}
        </div>
        {actions && <div className={looks.actions}>{actions}</div>}
      </div>
      <div className={looks.sectionBody}>{children}</div>
    </section>
  )
}

/** A white sheet with a hairline around it. */
export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={className ? `${looks.card} ${className}` : looks.card}>{children}</div>
}

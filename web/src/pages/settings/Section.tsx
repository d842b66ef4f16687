import { useId, type ReactElement, type ReactNode } from 'react';

export function Section({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section className="card sections" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {about !== undefined && <p className="hint">{about}</p>}
      </div>
      {children}
    </section>
  );
}

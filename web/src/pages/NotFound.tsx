import { Compass } from 'lucide-react';
import { ButtonLink, EmptyState } from '@/design';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';

export default function NotFound() {
  useTitle(t.errors.notFound);
  return (
    <EmptyState page icon={<Compass size={32} />} title={t.errors.notFound} hint={t.errors.notFoundHint}>
      <ButtonLink href="/" look="primary">
        {t.errors.toHome}
      </ButtonLink>
    </EmptyState>
  );
}

import { CircleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button, EmptyState } from '@/design';
import { t } from '@/strings';

interface BoundaryProps {
  /** Another place: what failed before is tried anew. */
  place: string;
  children: ReactNode;
}

/** Stands in for a page that failed, such as one whose code is gone after an update of the server. */
export class Boundary extends Component<BoundaryProps, { failedAt: string | null }> {
  override state = { failedAt: null };

  static getDerivedStateFromError(): { failedAt: string } {
    return { failedAt: window.location.pathname };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (before.place !== this.props.place && this.state.failedAt !== null) this.setState({ failedAt: null });
  }

  override render(): ReactNode {
    if (this.state.failedAt === null) return this.props.children;
    return (
      <EmptyState page icon={<CircleAlert size={32} />} title={t.errors.page} hint={t.errors.pageHint}>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t.errors.reload}
        </Button>
      </EmptyState>
    );
  }
}

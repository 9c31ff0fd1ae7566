import { Link, useLocation, useSearch } from 'wouter';
import { Card } from '@/design';
import { LogInForm } from '@/features/identity';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import { afterLogIn, withReturn } from './guard';
import styles from './pages.module.css';

export default function LogIn() {
  useTitle(t.identity.logIn);
  const [, navigate] = useLocation();
  const search = useSearch();
  return (
    <div className={styles.narrow}>
      <header className={styles.intro}>
        <h1>{t.identity.welcomeBack}</h1>
        <p>{t.identity.logInLead}</p>
      </header>
      <Card>
        <LogInForm onDone={() => navigate(afterLogIn(search), { replace: true })} />
      </Card>
      <p className={styles.center}>
        {t.identity.noAccount} <Link href={withReturn('/register', search)}>{t.shell.register}</Link>
      </p>
    </div>
  );
}

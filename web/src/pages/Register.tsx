import { Link, useLocation, useSearch } from 'wouter';
import { Card } from '@/design';
import { RegisterForm } from '@/features/identity';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import { afterLogIn, withReturn } from './guard';
import styles from './pages.module.css';

export default function Register() {
  useTitle(t.identity.register);
  const [, navigate] = useLocation();
  const search = useSearch();
  return (
    <div className={styles.narrow}>
      <header className={styles.intro}>
        <h1>{t.identity.join}</h1>
        <p>{t.identity.joinLead}</p>
      </header>
      <Card>
        <RegisterForm onDone={() => navigate(afterLogIn(search), { replace: true })} />
      </Card>
      <p className={styles.center}>
        {t.identity.haveAccount} <Link href={withReturn('/login', search)}>{t.shell.logIn}</Link>
      </p>
    </div>
  );
}

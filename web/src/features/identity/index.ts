export { LogInForm } from './LogInForm';
export { RegisterForm } from './RegisterForm';
export { isCreator, refreshUser, useLogOut, useUser } from './session';

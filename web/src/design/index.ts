export { Button, ButtonLink, IconButton } from './Button';
export { Dialog } from './Dialog';
export { Checkbox, Options, Select, TagsField, TextArea, TextField } from './fields';
export { Menu, type MenuItem, moveFocus } from './Menu';
export { Avatar, Badge, Card, EmptyState, Notice, Progress, Skeleton, Tabs, type Tone } from './surfaces';
export { Toasts, toast } from './toast';

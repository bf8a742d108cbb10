create table if not exists user_preference (
  issuer varchar(1024) not null,
  subject varchar(255) not null,
  display_name varchar(200),
  locale varchar(35),
  time_zone varchar(64),
  updated_at timestamp with time zone not null,
  primary key (issuer, subject)
)

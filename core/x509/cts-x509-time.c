/* SPDX-License-Identifier: MIT */
#include "cts-x509-time.h"

#include "core/x509/cts-x509.h"

#define SECONDS_PER_DAY 86400

/* RFC 5280 §4.1.2.5.1: two digits of 50 and more are of the last century. */
#define UTC_TIME_PIVOT 50

typedef struct
{
  const guint8 *data;
  gsize size;
} Digits;

static inline gboolean
is_digit (guint8 c)
{
  return (guint8) (c - '0') < 10;
}

/* Takes two digits. */
static inline gboolean
take_pair (Digits *digits, guint *value)
{
  if (digits->size < 2 || !is_digit (digits->data[0]) || !is_digit (digits->data[1]))
    return FALSE;
  *value = (digits->data[0] - '0') * 10u + (digits->data[1] - '0');
  digits->data += 2;
  digits->size -= 2;
  return TRUE;
}

static inline gboolean
next_is_digit (const Digits *digits)
{
  return digits->size > 0 && is_digit (digits->data[0]);
}

static inline gboolean
take_year (Digits *digits, guint8 tag, guint *year)
{
  guint high, low;

  if (!take_pair (digits, &high))
    return FALSE;
  if (tag == CTS_DER_UTC_TIME)
    {
      *year = (high >= UTC_TIME_PIVOT ? 1900 : 2000) + high;
      return TRUE;
    }
  if (!take_pair (digits, &low))
    return FALSE;
  *year = high * 100 + low;
  return TRUE;
}

/* A fraction of a second, and only that, is passed over: a fraction of an hour or of a minute
 * would change the time. */
static gboolean
skip_fraction (Digits *digits)
{
  if (digits->size == 0 || (digits->data[0] != '.' && digits->data[0] != ','))
    return TRUE;
  digits->data++;
  digits->size--;
  if (!next_is_digit (digits))
    return FALSE;
  while (next_is_digit (digits))
    {
      digits->data++;
      digits->size--;
    }
  return TRUE;
}

/* How far local time is ahead of UTC, in seconds. Logs hold certificates whose times have no zone
 * at all: those are read as UTC. */
static gboolean
take_zone (Digits *digits, gint *offset)
{
  guint hours, minutes;
  gint sign;

  *offset = 0;
  if (digits->size == 0)
    return TRUE;
  if (digits->data[0] == 'Z')
    return digits->size == 1;
  if (digits->data[0] != '+' && digits->data[0] != '-')
    return FALSE;

  sign = digits->data[0] == '+' ? 1 : -1;
  digits->data++;
  digits->size--;
  if (!take_pair (digits, &hours) || !take_pair (digits, &minutes) || digits->size > 0 || hours > 23
      || minutes > 59)
    return FALSE;
  *offset = sign * (gint) (hours * 3600 + minutes * 60);
  return TRUE;
}

static guint
days_in_month (guint year, guint month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01 in the Gregorian calendar, reckoned in years that begin in March, so that
 * the leap day is the last one; 719468 days lie between 0000-03-01 and 1970-01-01. */
static gint64
days_from_epoch (guint year, guint month, guint day)
{
  gint y = (gint) year - (month <= 2);
  gint century = y >= 0 ? y / 100 : -1;
  gint month_from_march = ((gint) month + 9) % 12;
  gint leap_days = (y >= 0 ? y / 4 : -1) - century + (century >= 0 ? century / 4 : -1);

  return (gint64) y * 365 + leap_days + (153 * month_from_march + 2) / 5 + (gint) day - 1 - 719468;
}

/**
 * cts_x509_time_read:
 * @tlv: a UTCTime or a GeneralizedTime
 * @time: (out): Unix seconds, set on success only
 * @issues: (inout): gets %CTS_X509_ISSUE_ODD_DATE if it is not in the form of RFC 5280 §4.1.2.5
 *
 * Reads a time of a certificate in any form of X.680 §46 and §47 down to the minute: without
 * seconds, with a fraction of the second (ignored), with an offset. Years 0 to 9999.
 *
 * Returns: %FALSE for another type, another syntax and a time that the calendar does not have
 */
gboolean
cts_x509_time_read (const CtsTlv *tlv, gint64 *time, guint32 *issues)
{
  Digits digits = { tlv->data, tlv->size };
  gsize usual_size = tlv->tag == CTS_DER_UTC_TIME ? 13 : 15;
  guint year, month, day, hour, minute, second = 0;
  gint offset;

  if (tlv->tag != CTS_DER_UTC_TIME && tlv->tag != CTS_DER_GENERALIZED_TIME)
    return FALSE;
  if (!take_year (&digits, tlv->tag, &year) || !take_pair (&digits, &month)
      || !take_pair (&digits, &day) || !take_pair (&digits, &hour) || !take_pair (&digits, &minute))
    return FALSE;
  if (next_is_digit (&digits) && (!take_pair (&digits, &second) || !skip_fraction (&digits)))
    return FALSE;
  if (!take_zone (&digits, &offset))
    return FALSE;

  if (month < 1 || month > 12 || day < 1 || day > days_in_month (year, month) || hour > 23
      || minute > 59 || second > 59)
    return FALSE;

  if (tlv->size != usual_size || tlv->data[usual_size - 1] != 'Z')
    *issues |= CTS_X509_ISSUE_ODD_DATE;
  *time = days_from_epoch (year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second
          - offset;
  return TRUE;
}

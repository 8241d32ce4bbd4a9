/* A false wall clock for a whole tree of processes, preloaded by scripts/dates.py.

   FALSE_CLOCK_OFFSET seconds are added to every reading of the wall clock and taken from every wait until an instant of
   it. It is an offset, so that all processes agree. The monotonic clock, and with it every timeout, stays true.
   (libfaketime 0.9.10, the one of Debian 12, breaks either time.sleep or the waits of Python 3.11.) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(void) {
    static long seconds;
    static int known;
    if (!known) {
        const char *text = getenv("FALSE_CLOCK_OFFSET");
        seconds = text ? atol(text) : 0;
        known = 1;
    }
    return seconds;
}

static int is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    if (!failed && is_wall(clock)) at->tv_sec += offset();
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    *at = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *at) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (at) *at = exact.tv_sec;
    return exact.tv_sec;
}

int timespec_get(struct timespec *at, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, at) == 0 ? base : 0;
}

/* Waits until an instant. A condition may count in either clock; an instant of the monotonic one is never so late. */
static struct timespec real(const struct timespec *until) {
    struct timespec found = *until;
    if (found.tv_sec > 1000000000) found.tv_sec -= offset();
    return found;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left) {
    struct timespec until = is_wall(clock) && (flags & TIMER_ABSTIME) ? real(wanted) : *wanted;
    return NEXT(clock_nanosleep)(clock, flags, &until, left);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict wanted) {
    struct timespec until = real(wanted);
    return NEXT(sem_timedwait)(semaphore, &until);
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict wanted
) {
    struct timespec until = real(wanted);
    return NEXT(pthread_cond_timedwait)(condition, mutex, &until);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict wanted) {
    struct timespec until = real(wanted);
    return NEXT(pthread_mutex_timedlock)(mutex, &until);
}

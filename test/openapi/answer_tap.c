// Preloaded into slipway and slipway-cloud, and into the C++ tests that serve the cloud's routes:
// what comes in and goes out on the connections that they accept is written to a file in
// ANSWER_TAP, so that every answer of a test can be held against the OpenAPI documents (heard.mjs).
// What a program asks of others is not heard, and no other program is.
//
// Of a connection with TLS it is what OpenSSL is given and gives (SSL_read, SSL_write): whichever
// accepted socket OpenSSL uses meanwhile is the session's, and holds cipher text from then on.
//
// A record: number of the connection, direction ('<' in, '>' out, 'x' closed), length, bytes. Each
// is one append, so that a process which is killed leaves whole records behind. pwritev, since
// tests count and break the other ways of writing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { descriptors_max = 65536, parts_max = 64 };

static int file = -1;
static uint32_t connections = 0;
static uint32_t number_of[descriptors_max];      // 0: not one that was accepted
static const void* session_of[descriptors_max];  // OpenSSL's SSL; NULL: plain text
static int descriptors = 0;                      // those from here on were never accepted
static __thread const void* session_at_work;     // OpenSSL is being asked for this one's text

struct head {
  uint32_t connection;
  uint32_t direction;
  uint32_t length;
};

// The document that its answers are of; NULL: a program that is not heard.
static const char* document(void) {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length < 0) return NULL;
  path[length] = '\0';
  const char* name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  if (strcmp(name, "slipway") == 0) return "local";
  if (strcmp(name, "slipway-cloud") == 0 || strcmp(name, "test_cloud") == 0) return "cloud";
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  const char* folder = getenv("ANSWER_TAP");
  const char* name = folder ? document() : NULL;
  if (!name) return;
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s-XXXXXX", folder, name);
  file = mkostemp(path, O_APPEND | O_CLOEXEC);
}

static uint32_t heard(int socket) {
  return file >= 0 && socket >= 0 && socket < descriptors_max ? number_of[socket] : 0;
}

static void write_down(int socket, char direction, const struct iovec* parts, size_t count,
                       ssize_t done) {
  if (done < 0 || !heard(socket) || (done == 0 && direction != 'x')) return;
  const int error = errno;
  struct head head = {heard(socket), (uint32_t)direction, (uint32_t)done};
  struct iovec all[parts_max + 1] = {{&head, sizeof head}};
  size_t used = 1;
  size_t left = (size_t)done;
  for (size_t i = 0; i < count && left > 0 && used <= parts_max; ++i) {
    const size_t take = parts[i].iov_len < left ? parts[i].iov_len : left;
    all[used].iov_base = parts[i].iov_base;
    all[used++].iov_len = take;
    left -= take;
  }
  if (pwritev(file, all, (int)used, 0) < 0) perror("answer_tap");
  errno = error;
}

// What went over the socket itself.
static void note(int socket, char direction, const struct iovec* parts, size_t count,
                 ssize_t done) {
  if (heard(socket) && session_at_work) session_of[socket] = session_at_work;
  if (heard(socket) && session_of[socket]) return;
  write_down(socket, direction, parts, count, done);
}

// What went through a session. Few descriptors are open in a test.
static void note_text(const void* session, char direction, const void* bytes, ssize_t done) {
  int socket = 0;
  while (socket < descriptors && session_of[socket] != session) ++socket;
  const struct iovec part = {(void*)bytes, done > 0 ? (size_t)done : 0};
  if (socket < descriptors) write_down(socket, direction, &part, 1, done);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int accepted(int socket) {
  if (file < 0 || socket < 0 || socket >= descriptors_max) return socket;
  number_of[socket] = __atomic_add_fetch(&connections, 1, __ATOMIC_RELAXED);
  if (descriptors <= socket) descriptors = socket + 1;
  return socket;
}

int accept(int socket, struct sockaddr* address, socklen_t* length) {
  static __typeof__(&accept) real;
  if (!real) real = REAL(accept);
  return accepted(real(socket, address, length));
}

int close(int descriptor) {
  static __typeof__(&close) real;
  if (!real) real = REAL(close);
  if (heard(descriptor)) {
    write_down(descriptor, 'x', NULL, 0, 0);
    number_of[descriptor] = 0;
    session_of[descriptor] = NULL;
  }
  return real(descriptor);
}

ssize_t recv(int socket, void* bytes, size_t size, int flags) {
  static __typeof__(&recv) real;
  if (!real) real = REAL(recv);
  const ssize_t done = real(socket, bytes, size, flags);
  const struct iovec part = {bytes, size};
  if (!(flags & MSG_PEEK)) note(socket, '<', &part, 1, done);
  return done;
}

ssize_t recvmsg(int socket, struct msghdr* message, int flags) {
  static __typeof__(&recvmsg) real;
  if (!real) real = REAL(recvmsg);
  const ssize_t done = real(socket, message, flags);
  note(socket, '<', message->msg_iov, message->msg_iovlen, done);
  return done;
}

ssize_t send(int socket, const void* bytes, size_t size, int flags) {
  static __typeof__(&send) real;
  if (!real) real = REAL(send);
  const ssize_t done = real(socket, bytes, size, flags);
  const struct iovec part = {(void*)bytes, size};
  note(socket, '>', &part, 1, done);
  return done;
}

ssize_t sendmsg(int socket, const struct msghdr* message, int flags) {
  static __typeof__(&sendmsg) real;
  if (!real) real = REAL(sendmsg);
  const ssize_t done = real(socket, message, flags);
  note(socket, '>', message->msg_iov, message->msg_iovlen, done);
  return done;
}

// OpenSSL's own, which is not linked here: only who uses it calls these.
typedef struct ssl_st SSL;

int SSL_read(SSL* session, void* bytes, int size) {
  static int (*real)(SSL*, void*, int);
  if (!real) real = REAL(SSL_read);
  session_at_work = session;
  const int done = real(session, bytes, size);
  session_at_work = NULL;
  note_text(session, '<', bytes, done);
  return done;
}

int SSL_read_ex(SSL* session, void* bytes, size_t size, size_t* done) {
  static int (*real)(SSL*, void*, size_t, size_t*);
  if (!real) real = REAL(SSL_read_ex);
  session_at_work = session;
  const int is_done = real(session, bytes, size, done);
  session_at_work = NULL;
  if (is_done) note_text(session, '<', bytes, (ssize_t)*done);
  return is_done;
}

int SSL_write(SSL* session, const void* bytes, int size) {
  static int (*real)(SSL*, const void*, int);
  if (!real) real = REAL(SSL_write);
  session_at_work = session;
  const int done = real(session, bytes, size);
  session_at_work = NULL;
  note_text(session, '>', bytes, done);
  return done;
}

int SSL_write_ex(SSL* session, const void* bytes, size_t size, size_t* done) {
  static int (*real)(SSL*, const void*, size_t, size_t*);
  if (!real) real = REAL(SSL_write_ex);
  session_at_work = session;
  const int is_done = real(session, bytes, size, done);
  session_at_work = NULL;
  if (is_done) note_text(session, '>', bytes, (ssize_t)*done);
  return is_done;
}

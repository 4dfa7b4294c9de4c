package recording

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 is a Store in a bucket of an S3-compatible object store. What is sealed
// passes through a folder of our own first, so that it is read back before it
// counts; nothing unsealed is ever in either.
type S3 struct {
	client *minio.Core
	bucket string
	prefix string // of every key; empty or ending in a slash
	spool  string
}

// s3Within bounds one question to the object store; uploads have the job's time.
const s3Within = 20 * time.Second

// NewS3 returns the store at address, which looks like
// https://key:secret@host:9000/bucket/prefix?region=cn-south-1. Drafts are
// written into the folder spool. It does not connect.
func NewS3(address, spool string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("recording: the object store's address must look like https://key:secret@host:9000/bucket")
	}
	secret, _ := u.User.Password()
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.User.Username() == "" || secret == "" || bucket == "" {
		return nil, errors.New("recording: the object store's address must hold key, secret and bucket")
	}
	if prefix != "" {
		prefix += "/"
	}
	client, err := minio.NewCore(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure: u.Scheme == "https", Region: u.Query().Get("region"), BucketLookup: minio.BucketLookupPath, MaxRetries: 2,
	})
	if err != nil {
		return nil, fmt.Errorf("recording: the object store at %s: %w", u.Host, err)
	}
	return &S3{client: client, bucket: bucket, prefix: prefix, spool: spool}, nil
}

// Name implements Store.
func (s *S3) Name() string { return "s3" }

// Draft implements Store.
func (s *S3) Draft() (*os.File, error) {
	if err := os.MkdirAll(s.spool, 0o750); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(s.spool, "."+rand.Text()+partSuffix), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
}

// Keep implements Store. The object store is told the MD5 of what it gets, and
// asked afterwards how much it has.
func (s *S3) Keep(ctx context.Context, draft *os.File, name string) error {
	info, err := draft.Stat()
	if err != nil {
		return err
	}
	_, err = s.client.Client.PutObject(ctx, s.bucket, s.prefix+name, io.NewSectionReader(draft, 0, info.Size()), info.Size(),
		minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: true})
	if err != nil {
		return s.fault(err)
	}
	there, err := s.client.StatObject(ctx, s.bucket, s.prefix+name, minio.StatObjectOptions{})
	if err != nil {
		return s.fault(err)
	}
	if there.Size != info.Size() {
		return fmt.Errorf("the object store has %d bytes instead of %d", there.Size, info.Size())
	}
	return os.Remove(draft.Name())
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, name string) (Object, error) {
	asking, cancel := context.WithTimeout(ctx, s3Within)
	defer cancel()
	info, err := s.client.StatObject(asking, s.bucket, s.prefix+name, minio.StatObjectOptions{})
	if err != nil {
		return nil, s.fault(err)
	}
	// Whoever opens within a bound reads for longer; each piece has its own.
	return &s3Object{ctx: context.WithoutCancel(ctx), s: s, key: s.prefix + name, etag: info.ETag, size: info.Size}, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s3Within)
	defer cancel()
	err := s.fault(s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// fault gives what the object store says the meaning that files have.
func (s *S3) fault(err error) error {
	if err == nil {
		return nil
	}
	said := minio.ToErrorResponse(err)
	switch {
	case said.Code == minio.NoSuchKey, said.Code != minio.NoSuchBucket && said.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	case said.StatusCode == http.StatusInsufficientStorage, said.Code == "XMinioStorageFull":
		return fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return err
}

// s3Object reads an object in blocks, of which it keeps the last few: age asks
// for 64 kB at a time, and the end before the beginning.
type s3Object struct {
	ctx  context.Context
	s    *S3
	key  string
	etag string
	size int64

	mu     sync.Mutex
	blocks []block // the latest last
}

type block struct {
	index int64
	data  []byte
}

const (
	blockBytes = 256 << 10
	blocksKept = 4
)

// Size implements Object.
func (o *s3Object) Size() int64 { return o.size }

// Version implements Object.
func (o *s3Object) Version() string { return o.etag }

// Close implements Object.
func (o *s3Object) Close() error { return nil }

// ReadAt implements io.ReaderAt.
func (o *s3Object) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fs.ErrInvalid
	}
	n := 0
	for n < len(p) && off < o.size {
		b, err := o.block(off / blockBytes)
		if err != nil {
			return n, err
		}
		copied := copy(p[n:], b[off%blockBytes:])
		n += copied
		off += int64(copied)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (o *s3Object) block(index int64) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range o.blocks {
		if b.index == index {
			return b.data, nil
		}
	}
	data, err := o.fetch(index*blockBytes, min((index+1)*blockBytes, o.size))
	if err != nil {
		return nil, err
	}
	if len(o.blocks) == blocksKept {
		o.blocks = o.blocks[1:]
	}
	o.blocks = append(o.blocks, block{index, data})
	return data, nil
}

// fetch reads the bytes from one to before another, of the very object that was
// opened.
func (o *s3Object) fetch(from, to int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(o.ctx, s3Within)
	defer cancel()
	var options minio.GetObjectOptions
	err := errors.Join(options.SetRange(from, to-1), options.SetMatchETag(o.etag))
	if err != nil {
		return nil, err
	}
	body, _, _, err := o.s.client.GetObject(ctx, o.s.bucket, o.key, options)
	if err != nil {
		return nil, o.s.fault(err)
	}
	defer func() { _ = body.Close() }()
	data := make([]byte, to-from)
	if _, err := io.ReadFull(body, data); err != nil {
		return nil, o.s.fault(err)
	}
	return data, nil
}

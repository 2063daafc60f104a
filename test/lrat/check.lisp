; Puts a refutation before the LRAT checker of ACL2's books (projects/sat/lrat/list-based), which is proved to be sound and has been included
; before this file is read. The file has the clauses, ((number literal ...) ...), and the lemmas,
; ((number (literal ...) (hint ...)) ...). Says `formula-p` and `refutation-p` of them.
(in-package "LRAT")
(program)
(set-state-ok t)

(defun steps (lemmas)
  (if (endp lemmas)
      nil
    (let ((lemma (car lemmas)))
      (cons (make add-step :index (car lemma) :clause (cadr lemma) :rup-indices (caddr lemma) :drat-hints nil)
            (steps (cdr lemmas))))))

(defun look-at (file state)
  (mv-let (channel state)
    (open-input-channel file :object state)
    (mv-let (eof clauses state)
      (read-object channel state)
      (declare (ignore eof))
      (mv-let (eof lemmas state)
        (read-object channel state)
        (declare (ignore eof))
        (let ((formula (make-fast-alist clauses)))
          (prog2$ (cw "~s0 ~x1 ~x2~%" file (formula-p formula) (refutation-p (steps lemmas) formula))
                  (close-input-channel channel state)))))))

#pragma once
// What the colours of a trace mean, and switches for them: one button per kind of mark (scripts and kinds of reflection
// words only where the trace has them), a choice of token colours and their scale.

#include "widgets/panels/tracecolors.h"

#include <QWidget>

class QAction;
class QComboBox;
class QToolButton;

namespace aha {

class TraceLegend : public QWidget {
    Q_OBJECT
public:
    explicit TraceLegend(QWidget* parent = nullptr);
    /// Without stored values the token colours can be chosen only where an engine can measure them, and say so.
    void setHasTokenValues(bool has, bool measurable = false);
    /// Only a distillation run has a teacher to colour by; it is asked, so stored values are not needed.
    void setHasTeacher(bool has);
    bool hasTeacher() const { return m_hasTeacher; }
    /// Counts, and the scale of the trace's token rewards.
    void setCounts(const TraceText& trace);
    /// Chosen among the colours, whether there are values for it or not.
    Heat heat() const;
    void setHeat(Heat heat);
    /// Colours were chosen, or measuring was wanted, since the window opened: an engine may be started for them.
    /// Colours that only came back from an earlier session start none.
    bool isAsked() const { return m_asked; }
    void setAsked() { m_asked = true; }
    static QString notAskedText(); ///< why there are no colours then
    /// Choice of token colours and their scale: a widget of its own, placed by the owner.
    QWidget* heatBar() const { return m_heatBar; }
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void shownChanged(aha::TraceSpan::Kind kind, bool shown);
    void heatChanged(aha::Heat heat);
    /// A field for a person's pattern is wanted, or no longer.
    void patternWanted(bool wanted);
    /// All that an engine can say of the tokens is wanted, whatever they are coloured by.
    void measureWanted();
    /// The list of reflection words is to be edited.
    void wordsWanted();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange(); ///< in as many rows as it takes: no name is cut
    void drawSwatches();
    void switchWords(bool on); ///< all kinds of reflection words at once
    void enableHeats();
    void apply();
    std::vector<QToolButton*> m_buttons; ///< in order of kToggles
    std::vector<QAction*> m_layers; ///< in order of kLayers
    QToolButton* m_more;
    QComboBox* m_heat;
    QToolButton* m_measure;
    QWidget *m_scale, *m_heatBar;
    bool m_hasValues = false, m_measurable = false, m_hasTeacher = false, m_asked = false;
};

} // namespace aha
